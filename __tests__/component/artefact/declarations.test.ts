import { type Change, remove, set } from "../../support/local/document";
import { Callers, send } from "./support/callers";
import { DevStack } from "./support/dev-stack";

/** Each declaration that lets a request through is taken away alone: the same good call then meets a refusal there. */
let stack: DevStack;
beforeAll(() => {
  stack = new DevStack();
});
afterEach(() => stack.stop());
afterAll(() => stack.remove());

const ORDERS_TRUST = "aws_iam_role.orders";
const PROVIDER = "google_iam_workload_identity_pool_provider.aws_gateway";
const IMPERSONATION = "google_service_account_iam_binding.orders";
const INVOKER = "google_cloud_run_v2_service_iam_binding.orders";
const ROUTE = "aws_apigatewayv2_route.orders_get_orders";
const SCOPED = "aws_apigatewayv2_authorizer.scoped";

const DENY = { Effect: "Deny", Action: "sts:AssumeRole", Resource: "*" };
const nobody = JSON.stringify({ Version: "2012-10-17", Statement: [] });

/** What a good call meets, and why: the declaration at fault, or the reason the function logged. */
async function meets(...changes: readonly Change[]): Promise<{ status: number; fault: string; reason: unknown }> {
  const clouds = await stack.start(...changes);
  const callers = new Callers(clouds);
  const { status } = await send(clouds, "/orders", { token: await callers.web(["orders/read"]) });
  const first = clouds.trace.hops.find(({ allowed }) => !allowed);
  return { status, fault: first?.declaration ?? "none", reason: callers.log("callers")[0]?.reason };
}

test("as it is declared, the call passes", async () => {
  expect(await meets()).toEqual({ status: 200, fault: "none", reason: undefined });
});

interface Refusal {
  readonly status: number;
  readonly fault: string;
  readonly reason?: string;
}

const REFUSALS: readonly (readonly [what: string, change: Change, refusal: Refusal])[] = [
  [
    "the invoker role trusts no principal",
    set(ORDERS_TRUST, { assume_role_policy: nobody }),
    { status: 500, fault: `${ORDERS_TRUST}.assume_role_policy`, reason: "assume-role" },
  ],
  [
    "the function's own policy denies it",
    set("aws_iam_role_policy.callers", { policy: nobody.replace("[]", JSON.stringify([DENY])) }),
    { status: 500, fault: "aws_iam_role_policy.callers.policy", reason: "assume-role" },
  ],
  [
    "the function's role does not trust Lambda",
    set("aws_iam_role.callers", { assume_role_policy: nobody }),
    { status: 500, fault: "aws_iam_role.callers.assume_role_policy" },
  ],
  [
    "the provider admits no principal",
    set(PROVIDER, { attribute_condition: "attribute.aws_role in []" }),
    { status: 500, fault: `${PROVIDER}.attribute_condition`, reason: "token-exchange" },
  ],
  [
    "the provider is for another account",
    set(PROVIDER, { aws: { account_id: "444455556666" } }),
    { status: 500, fault: `${PROVIDER}.aws`, reason: "token-exchange" },
  ],
  [
    "the impersonation binding is gone",
    remove(IMPERSONATION),
    { status: 500, fault: "google_service_account.orders", reason: "id-token" },
  ],
  [
    "the impersonation binding is another service's",
    set(IMPERSONATION, { service_account_id: "${google_service_account.catalog.name}" }),
    { status: 500, fault: "google_service_account.orders", reason: "id-token" },
  ],
  ["the invoker binding is gone", remove(INVOKER), { status: 403, fault: "google_cloud_run_v2_service.orders" }],
  [
    "the invoker binding is for another account",
    set(INVOKER, { members: ["${google_service_account.catalog.member}"] }),
    { status: 403, fault: INVOKER },
  ],
  [
    "the audience is another",
    set("google_cloud_run_v2_service.orders", { custom_audiences: ["https://other.internal"] }),
    { status: 401, fault: "google_cloud_run_v2_service.orders.custom_audiences" },
  ],
  [
    "API Gateway may not call the function",
    remove("aws_lambda_permission.scoped_invoke"),
    { status: 500, fault: SCOPED },
  ],
  [
    "the stage has no policy version",
    set("aws_apigatewayv2_stage.gateway", { stage_variables: {} }),
    { status: 401, fault: `${SCOPED}.identity_sources` },
  ],
  [
    "the route is not part of the cache key",
    set(SCOPED, { identity_sources: ["$request.header.Authorization", "$stageVariables.policy"] }),
    { status: 500, fault: "aws_lambda_function.callers", reason: "identity-sources" },
  ],
  [
    "the token is not part of the cache key",
    set(SCOPED, { identity_sources: ["$context.routeKey", "$stageVariables.policy"] }),
    { status: 500, fault: "aws_lambda_function.callers", reason: "identity-sources" },
  ],
  [
    "the route is wired to the public function",
    set(ROUTE, { authorizer_id: "${aws_apigatewayv2_authorizer.public.id}" }),
    { status: 500, fault: "aws_lambda_function.public" },
  ],
  [
    "the function knows no provider",
    (document) => withoutVariable(document, "FEDERATION_PROVIDER"),
    { status: 500, fault: "aws_lambda_function.callers", reason: "federation-provider" },
  ],
];

test("whatever is taken away alone, the call is refused there", async () => {
  const found = [];
  for (const [what, change] of REFUSALS) {
    found.push([what, await meets(change)]);
    await stack.stop();
  }
  expect(found).toEqual(REFUSALS.map(([what, , expected]) => [what, { reason: undefined, ...expected }]));
});

test("an authorizer that the gateway skips opens nothing: Cloud Run refuses, whatever the caller sends", async () => {
  const clouds = await stack.start(set(ROUTE, { authorization_type: "NONE", authorizer_id: undefined }));
  const token = await new Callers(clouds).web(["orders/read"]);
  const answers = [
    await send(clouds, "/orders"),
    await send(clouds, "/orders", { token }),
    await send(clouds, "/orders", { headers: { "X-Serverless-Authorization": `Bearer ${token}` } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 401, 401]);
  const refusals = clouds.trace.hops.filter(({ allowed }) => !allowed);
  expect(refusals.map(({ at }) => at)).toEqual(["cloud-run", "cloud-run", "cloud-run"]);
  expect(refusals[0]?.reason).toBe("no token");
});

test("a client whose id the function does not know yet is refused alone", async () => {
  const clouds = await stack.start((document) => withoutVariable(document, "CLIENT_REPORTING_AGENT"));
  const callers = new Callers(clouds);
  expect((await send(clouds, "/orders", { token: await callers.web(["orders/read"]) })).status).toBe(200);
  const agent = await callers.web(["orders/read"], { client_id: "unknown" });
  expect((await send(clouds, "/orders", { token: agent })).status).toBe(403);
});

function withoutVariable(document: Parameters<Change>[0], name: string): void {
  const found = document.resource.aws_lambda_function?.callers as {
    environment: { variables: Record<string, unknown> };
  };
  delete found.environment.variables[name];
}
