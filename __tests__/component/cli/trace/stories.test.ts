import { writeFileSync } from "node:fs";
import { PAGE, pageWith, tracedStories } from "../../../support/trace/stories";

jest.setTimeout(120_000);

// If this test fails, npm run stories renews the page.
test("each of five failures is found by one command, as the page shows it", async () => {
  const stories = await tracedStories();
  const { after, shown, now } = pageWith(stories);
  if (process.env.FRONT_DOOR_RENEW_STORIES === "1") writeFileSync(PAGE, after);
  else expect(shown).toEqual(now);
  expect(stories.map(({ name }) => name)).toEqual(["scope", "keys", "cold", "replayed", "forged"]);
});
