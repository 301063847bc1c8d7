import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { describeInChromium, openBrowser } from "../../support/chromium";
import { LocalCommand } from "../../support/local-command";
import { MANIFEST, type Manifest, PICTURES } from "../../support/pictures/manifest";
import { Scenes } from "../../support/pictures/scenes";
import { textsOf } from "../../support/pictures/texts";

describeInChromium("the pictures of the docs", () => {
  const shown = JSON.parse(readFileSync(MANIFEST, "utf8")) as Manifest;
  let browser: Browser;
  let scenes: Scenes;
  beforeAll(async () => {
    browser = await openBrowser();
    scenes = await Scenes.open();
  });
  afterAll(async () => {
    await browser?.close();
    await scenes?.close();
    await LocalCommand.closeAll();
  });

  // If one fails, npm run pictures makes them again.
  test.each(PICTURES)("the page still has all texts of %s", async (name) => {
    const page = await scenes.show(browser, name, "light");
    const now = await textsOf(page, "page");
    expect(shown[name].filter((text) => !now.includes(text))).toEqual([]);
    await page.context().close();
  });
});
