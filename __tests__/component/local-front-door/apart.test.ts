import { answerTo } from "../../../cli/local/requests";
import type { Clouds } from "../../../packages/local-front-door/clouds";
import { block, type Change, set } from "../../support/local/document";
import { SynthesizedEnvironments } from "../../support/local/environments";
import { restDev } from "../../support/rest";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { variantOf } from "../../support/variant";

/** What a door that is not strict does with what it does not understand: it refuses the requests that depend on it, and no others. */
const aliased = () => variantOf("dev", { gateway: { authorizer: { provisionedConcurrency: 1 } } });
const environments = {
  http: new SynthesizedEnvironments(["dev"]),
  rest: new SynthesizedEnvironments(["dev"], () => restDev()),
  // With four routes, for what refuses all of them.
  "small http": new SynthesizedEnvironments(["dev"], () => small(intentOf("dev"))),
  "small rest": new SynthesizedEnvironments(["dev"], () => small(restDev())),
  "small alias": new SynthesizedEnvironments(["dev"], () => small(aliased())),
};
afterAll(() => Object.values(environments).map((each) => each.remove()));

type Kind = keyof typeof environments;

const opened = new Set<Clouds>();
async function open(kind: Kind, ...changes: readonly Change[]): Promise<Clouds> {
  const clouds = await environments[kind].startDoor("dev", { strict: false }, ...changes);
  opened.add(clouds);
  return clouds;
}
afterEach(async () => {
  for (const each of opened) await each.stop();
  opened.clear();
});

const refusals = ({ deviations }: Clouds) => deviations.filter((each) => each.endsWith(" are refused"));

/** Keys of the routes on which a service answers some caller. */
async function answered({ url, callers, gateway }: Clouds): Promise<readonly string[]> {
  const tokens = [undefined, ...(await Promise.all(callers.map((caller) => caller.token())))];
  const keys: string[] = [];
  for (const key of gateway.routeKeys) {
    const answers = await Promise.all(tokens.map((token) => answerTo(url, key, token)));
    if (answers.some(({ status }) => status === 200)) keys.push(key);
  }
  return keys.sort();
}

const whole = new Map<Kind, readonly string[]>();
beforeAll(async () => {
  for (const kind of Object.keys(environments) as Kind[]) {
    const clouds = await open(kind);
    whole.set(kind, await answered(clouds));
    expect([refusals(clouds), all(kind)]).toEqual([[], [...clouds.gateway.routeKeys].sort()]);
  }
});
const all = (kind: Kind) => whole.get(kind) ?? [];

/** An attribute that no stand-in knows, on every resource of a type. */
const unheardOf =
  (type: string): Change =>
  ({ resource }) => {
    const each = Object.values(resource[type] ?? {});
    expect(each.length).toBeGreaterThan(0);
    for (const body of each) body.unheard_of = "x";
  };

const SHARED = [
  "aws_iam_role",
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachments_exclusive",
  "aws_lambda_function",
  "aws_lambda_permission",
  "google_cloud_run_v2_service",
  "google_cloud_run_v2_service_iam_binding",
  "google_iam_workload_identity_pool",
  "google_iam_workload_identity_pool_provider",
  "google_project_service",
  "google_service_account",
  "google_service_account_iam_binding",
];

test.each<[Kind, string]>([
  ...SHARED.map((type): [Kind, string] => ["small http", type]),
  ["small http", "aws_apigatewayv2_authorizer"],
  ["small http", "aws_apigatewayv2_integration"],
  ["small http", "aws_apigatewayv2_route"],
  ["small alias", "aws_lambda_alias"],
  ["small rest", "aws_api_gateway_authorizer"],
  ["small rest", "aws_api_gateway_integration"],
  ["small rest", "aws_api_gateway_method"],
])("%s: no request is answered if no %s is understood", async (kind, type) => {
  const clouds = await open(kind, unheardOf(type));
  expect(await answered(clouds)).toEqual([]);
  expect(clouds.deviations).toContainEqual(expect.stringMatching(new RegExp(`^${type}\\.\\w+\\.unheard_of: `)));
});

test("a service whose secrets no understood binding lets it read is refused; the others answer", async () => {
  const prod = new SynthesizedEnvironments(["prod"]);
  const from = async (...changes: readonly Change[]) => {
    const clouds = await prod.startDoor("prod", { strict: false }, ...changes);
    opened.add(clouds);
    return answered(clouds);
  };
  const before = await from();
  expect(await from(unheardOf("google_secret_manager_secret_iam_binding"))).toEqual(
    before.filter((key) => !/orders|carts|accounts/.test(key)),
  );
  prod.remove();
});

test.each<[string, Kind, string, (key: string) => boolean]>([
  ["route", "http", "aws_apigatewayv2_route.orders_get_orders", (key) => key === "GET /orders"],
  ["method", "rest", "aws_api_gateway_method.orders_get_orders", (key) => key === "GET /orders"],
  ["integration", "rest", "aws_api_gateway_integration.orders_get_orders", (key) => key === "GET /orders"],
  ["service", "http", "google_cloud_run_v2_service.accounts", (key) => key.includes("/accounts")],
  ["invoker's role", "http", "aws_iam_role.accounts", (key) => key.includes("/accounts")],
  ["integration of a service", "http", "aws_apigatewayv2_integration.accounts", (key) => key.includes("/accounts")],
])("one %s that is not understood refuses only its own routes, and names itself", async (_, kind, address, isIts) => {
  const clouds = await open(kind, set(address, { unheard_of: "x" }));
  expect(await answered(clouds)).toEqual(all(kind).filter((key) => !isIts(key)));
  const fault = `${address}.unheard_of: unknown to the local stand-in`;
  expect(refusals(clouds)).toEqual([`${fault}; requests that depend on ${address} are refused`]);
  const reasons = clouds.trace.requests.changedAfter(-1).flatMap(({ hops }) => hops.map(({ reason }) => reason));
  expect(reasons.some((reason) => reason?.includes(fault))).toBe(true);
});

test("a wider route does not take the requests of a narrower one that is not understood", async () => {
  const clouds = await open("http", set("aws_apigatewayv2_route.orders_get_orders_export", { unheard_of: "x" }));
  expect(await answered(clouds)).toEqual(all("http").filter((key) => key !== "GET /orders/export"));
});

test.each<[Kind, string, string]>([
  ["http", "aws_apigatewayv2_route.orders_get_orders", "target"],
  ["http", "aws_apigatewayv2_route.orders_get_orders", "authorization_type"],
  ["rest", "aws_api_gateway_method.orders_get_orders", "authorization"],
])("%s: %s with a value of %s that only an apply knows is refused", async (kind, address, attribute) => {
  const clouds = await open(kind, set(address, { [attribute]: "${random_pet.own.id}" }));
  expect(await answered(clouds)).toEqual(all(kind).filter((key) => key !== "GET /orders"));
});

test("a grant in a form that is not understood grants nothing", async () => {
  const address = "google_cloud_run_v2_service_iam_binding.accounts";
  const clouds = await open("http", (document) => {
    block(document, address).role = "roles/of.ones.own";
  });
  expect(await answered(clouds)).toEqual(all("http").filter((key) => !key.includes("/accounts")));
});

test("an own policy that is attached to a function's role may deny, so it refuses what the function decides", async () => {
  const clouds = await open("http", ({ resource }) => {
    const attached = { role: "${aws_iam_role.callers.id}", policy_arn: "${aws_iam_policy.own.arn}" };
    Object.assign(resource, {
      aws_iam_policy: { own: { name: "own", policy: "{}" } },
      aws_iam_role_policy_attachment: { ...resource.aws_iam_role_policy_attachment, own: attached },
    });
  });
  const isPublic = (key: string) => /^GET \/(products|images)|searches/.test(key) || key.endsWith("/reviews");
  expect(await answered(clouds)).toEqual(
    all("http").filter((key) => isPublic(key) && !key.startsWith("POST /products")),
  );
});

test("what an answer depended on differs from what no request consulted", async () => {
  const own = { name: "own", path: "/own/", assume_role_policy: "{}" };
  const clouds = await open("http", set("aws_iam_role.accounts", { path: "/" }), ({ resource }) => {
    Object.assign(resource.aws_iam_role ?? {}, { own });
  });
  expect([clouds.stack.refusing.map(([address]) => address), clouds.stack.consulted]).toEqual([
    ["aws_iam_role.accounts", "aws_iam_role.own"],
    [],
  ]);
  await answered(clouds);
  expect(clouds.stack.consulted.map(({ address }) => address)).toEqual(["aws_iam_role.accounts.path"]);
});

test("what may decide any request still stops the start", async () => {
  const ofPool = ["aws_cognito_user_pool", "aws_cognito_user_pool_client", "aws_cognito_resource_server"];
  for (const type of ofPool) await expect(open("http", unheardOf(type))).rejects.toThrow(`${type}.`);
  await expect(open("http", set("aws_apigatewayv2_stage.gateway", { unheard_of: "x" }))).rejects.toThrow("unheard_of");
  for (const type of [
    "aws_iam_policy_attachment",
    "google_cloud_run_v2_service_iam_policy",
    "google_iam_deny_policy",
  ]) {
    const add: Change = ({ resource }) => Object.assign(resource, { [type]: { own: {} } });
    await expect(open("http", add)).rejects.toThrow(`${type}: a type of resource that the stand-ins do not know`);
  }
});
