import { cloudTools } from "../../../../cli/process/cloud-tools";
import type { Json } from "../../../../cli/process/json";
import { closedEndpoint, INVENTORY, inventoryVerdict } from "../../../../cli/verify/inventory";
import { auditedDev } from "../../../support/auditors";
import { DOMAIN, restWith } from "../../../support/domains";
import { provisionedDev } from "../../../support/provisioned";
import { intents } from "../../../support/shop";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";

/** One object of each kind. */
const STACK = {
  provider: {
    aws: [{ region: "eu-west-1", default_tags: [{ tags: { environment: "dev" } }] }],
    google: [{ project: "shop-dev", default_labels: { environment: "dev" } }],
  },
  resource: {
    google_iam_workload_identity_pool: { gateway: { workload_identity_pool_id: "shop" } },
    google_iam_workload_identity_pool_provider: {
      aws: {
        workload_identity_pool_id: "${google_iam_workload_identity_pool.gateway.workload_identity_pool_id}",
        workload_identity_pool_provider_id: "aws",
      },
    },
    google_cloud_run_v2_service: { orders: { name: "shop-orders", location: "europe-west1" } },
    google_cloud_run_v2_service_iam_binding: {
      orders: { name: "${google_cloud_run_v2_service.orders.name}", role: "roles/run.invoker" },
    },
    google_service_account: { orders: { account_id: "shop-orders" } },
    google_service_account_iam_binding: {
      orders: { service_account_id: "${google_service_account.orders.name}", role: "roles/iam.creator" },
    },
    google_secret_manager_secret: { key: { secret_id: "shop-key" } },
    google_pubsub_topic: { rotations: { name: "shop-rotations" } },
    google_logging_project_bucket_config: { auditors: { bucket_id: "shop-auditors" } },
    google_logging_log_view: {
      auditors: {
        bucket: "${google_logging_project_bucket_config.auditors.bucket_id}",
        ...{ name: "auditors", location: "europe-west1" },
      },
    },
    aws_apigatewayv2_api: { gateway: { name: "shop" } },
    aws_apigatewayv2_route: { get: { api_id: "${aws_apigatewayv2_api.gateway.id}", route_key: "GET /orders" } },
    aws_apigatewayv2_stage: { gateway: { api_id: "${aws_apigatewayv2_api.gateway.id}", name: "$default" } },
    aws_apigatewayv2_domain_name: { domain: { domain_name: "api.shop.example" } },
    aws_apigatewayv2_api_mapping: { domain: { domain_name: "${aws_apigatewayv2_domain_name.domain.id}" } },
    aws_api_gateway_rest_api: { rest: { name: "shop-rest" } },
    aws_api_gateway_method: {
      get: {
        rest_api_id: "${aws_api_gateway_rest_api.rest.id}",
        resource_id: "${aws_api_gateway_rest_api.rest.root_resource_id}",
        http_method: "GET",
      },
    },
    aws_api_gateway_stage: { rest: { rest_api_id: "${aws_api_gateway_rest_api.rest.id}", stage_name: "live" } },
    aws_lambda_function: { callers: { function_name: "shop-callers" } },
    aws_lambda_alias: { callers: { name: "live", function_name: "${aws_lambda_function.callers.function_name}" } },
    aws_lambda_permission: {
      gateway: {
        function_name: "${aws_lambda_function.callers.function_name}",
        qualifier: "${aws_lambda_alias.callers.name}",
        principal: "apigateway.amazonaws.com",
        source_arn: "${aws_apigatewayv2_api.gateway.execution_arn}/*",
      },
    },
    aws_cognito_user_pool: { own_customers: { name: "shop-customers" } },
    aws_cognito_user_pool_client: {
      web: { user_pool_id: "${aws_cognito_user_pool.own_customers.id}", name: "shop-web" },
    },
    aws_cloudwatch_log_group: { access: { name: "/aws/vendedlogs/shop-access" } },
  },
};

const GATEWAY = { Principal: { Service: "apigateway.amazonaws.com" }, Condition: { ArnLike: {} } };
const NO_POLICY = "An error occurred (ResourceNotFoundException) when calling the GetPolicy operation";

/** Every call that is made, with the answer of clouds that have what the stack declares. A text is an error. */
const CALLS: Readonly<Record<string, Json>> = {
  "gcloud iam workload-identity-pools providers list --workload-identity-pool=shop --location=global": [
    { name: "projects/1/locations/global/workloadIdentityPools/shop/providers/aws" },
  ],
  "gcloud run services get-iam-policy shop-orders --region=europe-west1": { bindings: [{ role: "roles/run.invoker" }] },
  "gcloud iam service-accounts get-iam-policy shop-orders@shop-dev.iam.gserviceaccount.com": {
    bindings: [{ role: "roles/iam.creator" }],
  },
  "gcloud secrets get-iam-policy shop-key": { etag: "ACAB" },
  "gcloud pubsub topics get-iam-policy shop-rotations": { etag: "ACAB" },
  "gcloud logging views get-iam-policy auditors --location=europe-west1 --bucket=shop-auditors": { etag: "ACAB" },
  "gcloud iam service-accounts keys list --iam-account=shop-orders@shop-dev.iam.gserviceaccount.com --managed-by=user":
    [],
  "gcloud run services describe shop-orders --region=europe-west1": {
    metadata: {
      labels: { environment: "dev", "goog-terraform-provisioned": "true", "cloud.googleapis.com/location": "x" },
      annotations: { "run.googleapis.com/ingress": "all", "run.googleapis.com/iap-enabled": "false" },
    },
  },
  "aws apigatewayv2 get-apis": {
    Items: [
      { ApiId: "a1", Name: "shop", Tags: { environment: "dev" } },
      { ApiId: "a2", Name: "shop", Tags: { environment: "prod" } },
    ],
  },
  "aws apigatewayv2 get-routes --api-id a1": { Items: [{ RouteKey: "GET /orders" }] },
  "aws apigatewayv2 get-stages --api-id a1": { Items: [{ StageName: "$default" }] },
  "aws apigateway get-rest-apis": { items: [{ id: "r1", name: "shop-rest", tags: { environment: "dev" } }] },
  "aws apigateway get-resources --rest-api-id r1 --embed methods": {
    items: [{ path: "/", resourceMethods: { GET: {} } }, { path: "/orders" }],
  },
  "aws apigateway get-stages --rest-api-id r1": { item: [{ stageName: "live" }] },
  "aws apigatewayv2 get-api-mappings --domain-name api.shop.example": { Items: [{ ApiId: "a1" }] },
  "aws lambda get-policy --function-name shop-callers": NO_POLICY,
  "aws lambda get-policy --function-name shop-callers --qualifier live": {
    Policy: JSON.stringify({ Statement: [GATEWAY] }),
  },
  "aws lambda list-function-url-configs --function-name shop-callers": { FunctionUrlConfigs: [] },
  "aws cognito-idp list-user-pool-clients --user-pool-id eu-west-1_A1": {
    UserPoolClients: [{ ClientName: "shop-web" }],
  },
  "aws cognito-idp list-identity-providers --user-pool-id eu-west-1_A1": { Providers: [] },
  "aws cognito-idp list-user-pool-clients --user-pool-id eu-west-1_A1 --client-type DCR": { UserPoolClients: [] },
  "aws cognito-idp describe-user-pool --user-pool-id eu-west-1_A1": {
    UserPool: { Id: "eu-west-1_A1", DcrConfiguration: { EnableStatus: "Disabled" } },
  },
  "aws logs describe-subscription-filters --log-group-name /aws/vendedlogs/shop-access": { subscriptionFilters: [] },
};

const ISSUERS = { "own-customers": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A1" };
const OPTIONS = / (--region eu-west-1 --output json|--project=shop-dev --format=json)$/;

/** The verdict of each probe, and the calls, if the clouds answer so. */
async function list(calls: Readonly<Record<string, Json>>) {
  const made: string[] = [];
  const tools = cloudTools({ awsRegion: "eu-west-1", googleProject: "shop-dev" }, (program, args) => {
    const call = [program, ...args].join(" ");
    expect(call).toMatch(OPTIONS);
    made.push(call.replace(OPTIONS, ""));
    const answer = calls[made.at(-1) ?? ""];
    if (typeof answer !== "object") return { code: 254, out: "", error: `\n${answer ?? "no such call"}\n` };
    return { code: 0, out: JSON.stringify(answer), error: "" };
  });
  const inventory = { stack: STACK, issuers: ISSUERS, tools };
  const verdicts = await Promise.all(INVENTORY.map((kind) => inventoryVerdict(kind, inventory)));
  return { made, verdicts: Object.fromEntries(INVENTORY.map(({ id }, index) => [id, verdicts[index]])) };
}

test("clouds that have what the stack declares confirm every probe, by these calls alone", async () => {
  const { made, verdicts } = await list(CALLS);
  expect(Object.entries(verdicts).filter(([, verdict]) => verdict?.kind !== "confirmed")).toEqual([]);
  expect([...made].sort()).toEqual(Object.keys(CALLS).sort());
});

test("each call only reads", () => {
  const verbs = Object.keys(CALLS).map((call) => call.split(" ").find((word) => /^(get|list|describe)\b/.test(word)));
  expect(verbs).not.toContain(undefined);
});

const DESCRIBED = "gcloud run services describe shop-orders --region=europe-west1";
const annotated = (name: string, value: string) => ({
  metadata: { annotations: { [`run.googleapis.com/${name}`]: value } },
});

/** A user pool with this configuration of dynamic client registration. */
const registration = (DcrConfiguration: object) => ({ UserPool: { DcrConfiguration } });

testAll([
  ["other-providers", /providers list/, [{ name: "x/providers/aws" }, { name: "x/providers/eve" }], "provider eve"],
  ["other-bindings", /services get-iam-policy/, { bindings: [{ role: "roles/run.admin" }] }, "roles/run.admin"],
  [
    "other-bindings",
    /services get-iam-policy/,
    { bindings: [{ role: "roles/run.invoker" }, { role: "roles/run.invoker", condition: { expression: "true" } }] },
    "roles/run.invoker under a condition",
  ],
  [
    "other-bindings",
    /secrets get-iam-policy/,
    { bindings: [{ role: "roles/secretmanager.secretAccessor_withcond_2b17cc25" }] },
    "secret manager secret shop-key: roles/secretmanager.secretAccessor under a condition",
  ],
  ["account-keys", /keys list/, [{ name: "projects/p/serviceAccounts/a/keys/4f2" }], "key 4f2"],
  ["service-settings", /describe shop-orders/, annotated("default-url-disabled", "true"), "default URL disabled: true"],
  ["service-settings", /describe shop-orders/, annotated("iap-enabled", "true"), "Identity-Aware Proxy: true"],
  ["service-settings", /describe shop-orders/, annotated("maxScale", "3"), "service-level maximum of instances: 3"],
  ["other-routes", /get-routes/, { Items: [{ RouteKey: "GET /orders" }, { RouteKey: "$default" }] }, "route $default"],
  ["other-routes", /apigatewayv2 get-stages/, { Items: [{ StageName: "eve" }] }, "stage eve"],
  ["other-routes", /get-resources/, { items: [{ path: "/x", resourceMethods: { ANY: {} } }] }, "method ANY /x"],
  ["other-routes", /get-api-mappings/, { Items: [{}, { ApiMappingKey: "v2" }] }, "mapping /v2"],
  [
    "other-invokers",
    /--qualifier live/,
    { Policy: JSON.stringify({ Statement: [GATEWAY, GATEWAY] }) },
    "invoked by apigateway.amazonaws.com for one source",
  ],
  [
    "other-invokers",
    /get-policy --function-name shop-callers$/,
    { Policy: JSON.stringify({ Statement: [{ Principal: { AWS: "arn:aws:iam::1:root" } }] }) },
    "invoked by arn:aws:iam::1:root FOR ANY SOURCE",
  ],
  ["other-invokers", /url-configs/, { FunctionUrlConfigs: [{ FunctionUrl: "https://x/" }] }, "function URL https://x/"],
  ["other-clients", /user-pool-clients .*A1$/, { UserPoolClients: [{ ClientName: "eve" }] }, "app client eve"],
  ["other-clients", /identity-providers/, { Providers: [{ ProviderName: "Eve" }] }, "identity provider Eve"],
  [
    "client-registration",
    /describe-user-pool/,
    registration({ EnableStatus: "Enabled" }),
    "dynamic client registration",
  ],
  ["client-registration", /describe-user-pool/, registration({}), "dynamic client registration"],
  ["client-registration", /describe-user-pool/, registration({ OpenDcrEnabled: true }), "registration FOR ANYONE"],
  ["client-registration", /client-type DCR/, { UserPoolClients: [{ ClientName: "shop-web" }] }, "app client shop-web"],
  ["log-copies", /subscription-filters/, { subscriptionFilters: [{ filterName: "f" }] }, "subscription filter f"],
] as const)("%s: %s with %j is refuted", async (id, call, answer, seen) => {
  const [name = ""] = Object.keys(CALLS).filter((each) => call.test(each));
  const { verdicts } = await list({ ...CALLS, [name]: answer });
  const others = Object.entries(verdicts).filter(([, verdict]) => verdict?.kind === "refuted");
  expect(others).toEqual([[id, expect.objectContaining({ kind: "refuted", seen: expect.stringContaining(seen) })]]);
});

test("a service-level maximum that Cloud Run sets itself counts only below that of the revisions", async () => {
  const service = (most: string) => ({
    ...annotated("maxScale", "100"),
    spec: { template: { metadata: { annotations: { "autoscaling.knative.dev/maxScale": most } } } },
  });
  const kindWith = async (most: string) =>
    (await list({ ...CALLS, [DESCRIBED]: service(most) })).verdicts["service-settings"]?.kind;
  expect([await kindWith("10"), await kindWith("100"), await kindWith("200")]).toEqual([
    "confirmed",
    "confirmed",
    "refuted",
  ]);
});

test("a missing tool or permission gives no verdict, with the call that failed", async () => {
  const { verdicts } = await list({ ...CALLS, [DESCRIBED]: "ERROR: (gcloud) PERMISSION_DENIED" });
  expect(verdicts["service-settings"]).toEqual({
    kind: "could not tell",
    why: `${DESCRIBED}: ERROR: (gcloud) PERMISSION_DENIED`,
  });
});

test("an AWS CLI that does not know dynamic client registration gives no verdict on it", async () => {
  const call = "aws cognito-idp list-user-pool-clients --user-pool-id eu-west-1_A1 --client-type DCR";
  const { verdicts } = await list({
    ...CALLS,
    [call]: "Unknown options: --client-type, DCR",
    "aws cognito-idp describe-user-pool --user-pool-id eu-west-1_A1": { UserPool: {} },
  });
  expect(verdicts["client-registration"]?.kind).toBe("could not tell");
  expect(verdicts["other-clients"]?.kind).toBe("confirmed");
});

test("an API that cannot be distinguished from another one gives no verdict", async () => {
  const { verdicts } = await list({ ...CALLS, "aws apigatewayv2 get-apis": { Items: [] } });
  expect(verdicts["other-routes"]).toEqual({
    kind: "could not tell",
    why: "0 APIs have the name shop and this environment's tags, expected one",
  });
});

test("the default endpoint is called only if the stack closes it", async () => {
  const tools = { aws: async () => CALLS["aws apigatewayv2 get-apis"], gcloud: async () => ({}) };
  const { gateway } = STACK.resource.aws_apigatewayv2_api;
  const closed = { gateway: { ...gateway, disable_execute_api_endpoint: true } };
  const stack = { ...STACK, resource: { ...STACK.resource, aws_apigatewayv2_api: closed } };
  expect(await closedEndpoint({ stack: STACK, issuers: ISSUERS, tools }, "eu-west-1")).toBeUndefined();
  expect(await closedEndpoint({ stack, issuers: ISSUERS, tools }, "eu-west-1")).toEqual({
    origin: "https://a1.execute-api.eu-west-1.amazonaws.com",
  });
});

testAll([...intents(), auditedDev(), provisionedDev(), restWith({ domain: DOMAIN })].map((intent) => [intent]))(
  "the calls for a real stack name its objects, without a reference",
  async (intent) => {
    const stack = stackOf(intent).json as unknown as typeof STACK;
    const calls: string[] = [];
    const tags = stack.provider.aws[0]?.default_tags[0]?.tags;
    const items = ["aws_apigatewayv2_api", "aws_api_gateway_rest_api"].flatMap((type) =>
      Object.values((stack.resource as Json)[type] ?? {}).map((api) => (api as Json).name),
    );
    const tools = cloudTools({ awsRegion: "eu-west-1", googleProject: "p" }, (program, args) => {
      calls.push([program, ...args].join(" "));
      const named = (key: string, id: string, tag: string) =>
        items.map((name) => ({ [key]: name, [id]: "a", [tag]: tags }));
      const answer = {
        Items: [...named("Name", "ApiId", "Tags"), { RouteKey: "x" }],
        items: [...named("name", "id", "tags"), { path: "/" }],
        ...{ item: [], UserPoolClients: [], Providers: [], UserPool: {}, Policy: '{"Statement":[]}' },
      };
      return {
        code: 0,
        out: JSON.stringify(program === "gcloud" && /list/.test(args.join()) ? [] : answer),
        error: "",
      };
    });
    const issuers = Object.fromEntries(
      Object.keys((stack.resource as Json).aws_cognito_user_pool ?? {}).map((id) => [id, "https://x/pool"]),
    );
    for (const kind of INVENTORY) await inventoryVerdict(kind, { stack, issuers, tools });
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter((call) => /\$\{|undefined|null|\[object/.test(call))).toEqual([]);
  },
);
