import { declaredServices } from "../../../../packages/local-front-door/services/declaration";
import { EXISTING, existing, existingStack, type StackToBreak } from "../../../support/existing";
import { Chain } from "../../../support/local/chain";
import { type Change, stackOf } from "../../../support/local/document";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const PLACE = { ...EXISTING, name: "storefront-dev-orders" };
const SERVICE = "google_cloud_run_v2_service";

/** The stack with an existing orders service, after a change of it. */
const withExisting =
  (edit: (stack: StackToBreak) => unknown = () => undefined): Change =>
  (document) => {
    const stack = existingStack(existing("dev", intentOf("dev"), PLACE));
    edit(stack);
    Object.assign(document, JSON.parse(JSON.stringify(stack)));
  };

const serverless = (token: string) => [["X-Serverless-Authorization", `Bearer ${token}`]] as const;

/** Status of a call with the invoker's token. */
async function called(edit?: (stack: StackToBreak) => unknown): Promise<number> {
  const chain = await Chain.of(withExisting(edit));
  return (await chain.call("orders", serverless(await chain.tokenFor("orders")))).status;
}

test("the member admits the invoker, and no other caller", async () => {
  expect(await called()).toBe(200);
  const chain = await Chain.of(withExisting());
  expect((await chain.call("orders", [])).status).toBe(403);
  expect((await chain.call("orders", serverless(await chain.tokenFor("catalog")))).status).toBe(401);
});

testAll<[string, (stack: StackToBreak) => unknown]>([
  ["no grant", ({ resource }) => delete resource[`${SERVICE}_iam_member`]],
  [
    "a grant in another project",
    ({ resource }) => (resource[`${SERVICE}_iam_member`].orders.project = "storefront-dev"),
  ],
  ["a grant to another account", ({ resource }) => (resource[`${SERVICE}_iam_member`].orders.member = "user:a@b.c")],
])("%s admits no caller", async (_, edit) => expect(await called(edit)).toBe(403));

test("another audience that the plan requires is the one of the tokens", async () => {
  const other = ({ data }: StackToBreak) => {
    const check = data[SERVICE].orders.lifecycle.postcondition[2];
    check.condition = check.condition.replaceAll("storefront-dev-orders.", "other.");
  };
  expect(await called(other)).toBe(401);
});

test("is a service without declared variables, which --service answers for", () => {
  const orders = declaredServices(stackOf(withExisting())).find(({ name }) => name === PLACE.name);
  expect(orders).toMatchObject({
    address: "google_cloud_run_v2_service.orders",
    name: PLACE.name,
    variables: {},
    secrets: [],
    openToInternet: false,
  });
});

testAll<[string, (stack: StackToBreak) => unknown]>([
  ["no check", ({ data }) => data[SERVICE].orders.lifecycle.postcondition.splice(0, 1)],
  [
    "no check that the internet reaches the service",
    ({ data }) => data[SERVICE].orders.lifecycle.postcondition.splice(1, 1),
  ],
  ["no check of the service's own policy", ({ data }) => delete data[`${SERVICE}_iam_policy`]],
  ["another data source", ({ data }) => (data.http = { x: { url: "https://x.example" } })],
])("a stack with %s is not played", (_, edit) => {
  expect(() => stackOf(withExisting(edit))).toThrow("data");
});
