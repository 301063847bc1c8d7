import { devStack } from "../../support/stack";

test("each provider is locked to the configured account and project", () => {
  const { aws, google } = devStack().json.provider;
  expect(aws).toHaveLength(1);
  expect(aws[0].allowed_account_ids).toEqual(["111122223333"]);
  expect(google).toHaveLength(1);
  expect(google[0].project).toBe("storefront-dev");
});

test("both clouds carry the same tags, letter for letter", () => {
  const tags = { application: "shop", "cost-centre": "cc-1", environment: "dev" };
  const { aws, google } = devStack({ tags }).json.provider;
  expect(aws[0].default_tags).toEqual([{ tags }]);
  expect(google[0].default_labels).toEqual(tags);
});
