import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { GUARDS } from "../../../../packages/terraform-access-review/model/change";
import { stateOf } from "../../../support/rest-state";
import { dev, edited, type Json } from "../../../support/synthesized-states";
import { variantOf } from "../../../support/variant";

const guardsOf = (before: typeof dev, after: typeof dev) =>
  changeOfStacks("dev", before, after).access.guards.map(({ effect, address, guard, before, after }) => [
    effect,
    address,
    guard,
    before,
    after,
  ]);

const inFrankfurt = stateOf(variantOf("dev", { aws: { region: "eu-central-1" } }));
const inZurich = stateOf(variantOf("dev", { google: { region: "europe-west6" } }));

test("another AWS region is one line, and every regional resource is made again", () => {
  expect(guardsOf(dev, inFrankfurt)).toEqual([["neither", "provider.aws", GUARDS.region, "eu-west-1", "eu-central-1"]]);
  const { resources } = changeOfStacks("dev", dev, inFrankfurt);
  const byAddress = new Map(resources.map((each) => [each.address, each]));
  expect(byAddress.get("aws_cognito_user_pool.customers")).toMatchObject({ action: "replaced", forcedBy: ["region"] });
  expect(byAddress.get("aws_cognito_user_pool.customers")?.loss).toContain("every user");
  expect(byAddress.get("provider.aws")?.loss).toBeUndefined();
  const replaced = resources.filter(({ action }) => action === "replaced").map(({ address }) => address);
  expect(replaced.filter((address) => /^(aws_iam|google)_/.test(address))).toEqual([]);
});

test("a resource with a region of its own stays there", () => {
  const own = edited(inFrankfurt, (all) => (all.aws_cognito_user_pool.customers.region = "eu-west-1"));
  const before = edited(dev, (all) => (all.aws_cognito_user_pool.customers.region = "eu-west-1"));
  const { resources } = changeOfStacks("dev", before, own);
  expect(resources.map(({ address }) => address)).not.toContain("aws_cognito_user_pool.customers");
});

test("another Google region is one line, and the resources there are made again", () => {
  expect(guardsOf(dev, inZurich)).toEqual([
    ["neither", "provider.google", GUARDS.region, "europe-west1", "europe-west6"],
  ]);
  const { resources } = changeOfStacks("dev", dev, inZurich);
  const service = resources.find(({ address }) => address === "google_cloud_run_v2_service.orders");
  expect(service).toMatchObject({ action: "replaced", forcedBy: ["location"] });
});

test.each<readonly [string, (all: Json) => unknown, string]>([
  [
    "a place that is not the new region",
    (all) => (all.google_cloud_run_v2_service.orders.location = "us-east1"),
    "google_cloud_run_v2_service.orders",
  ],
  [
    "the other cloud's region",
    (all) => (all.aws_lambda_function.callers.handler = "europe-west6"),
    "aws_lambda_function.callers",
  ],
])("a change to %s is still in doubt", (_, edit, address) => {
  const before = edited(dev, (all) => (all.aws_lambda_function.callers.handler = "europe-west1"));
  const guards = guardsOf(before, edited(inZurich, edit));
  expect(guards.filter(([effect]) => effect === "broadened").map(([, found]) => found)).toContain(address);
});

test("a location that changes without its provider's region is in doubt", () => {
  const moved = edited(dev, (all) => (all.google_cloud_run_v2_service.orders.location = "europe-west6"));
  expect(guardsOf(dev, moved)).toEqual([
    ["broadened", "google_cloud_run_v2_service.orders", "location", '"europe-west1"', '"europe-west6"'],
  ]);
});
