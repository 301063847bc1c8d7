// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

export type Single = readonly [kind: string, change: (resource: Json) => void, applies?: (resource: Json) => boolean];

const set = (values: object) => (resource: Json) => Object.assign(resource, values);
const isRoute = ({ authorization }: Json) => authorization !== "NONE";
const isPreflight = (method: Json) => !isRoute(method);
const isProxy = ({ type }: Json) => type === "HTTP_PROXY";
const isMock = ({ type }: Json) => type === "MOCK";
const hasPlans = ({ api_key_source }: Json) => api_key_source === "AUTHORIZER";
const isCors = ({ response_parameters }: Json) => Object.keys(response_parameters ?? {}).length > 0;
const isLimited = (limit: string) => (plan: Json) => plan[limit] !== undefined;

const HEADER = "integration.request.header.";
const CORS = "method.response.header.Access-Control-";
const TO_PAGES = "gatewayresponse.header.Access-Control-Allow-";

/** A header that only the gateway may set, in the form in which a caller sends it. */
const forged = (name: string): Single => [
  `${name} loosened`,
  ({ request_parameters }) => delete request_parameters[`${HEADER}${name}`],
  isProxy,
];

const source = (index: number): Single => [
  "identity source removed",
  (authorizer) => {
    const sources = authorizer.identity_source.split(",");
    sources.splice(index, 1);
    authorizer.identity_source = sources.join();
  },
  ({ identity_source }) => index < identity_source.split(",").length,
];

/** Every value of a REST API that permits or restricts something, each changed alone. */
export const OF_REST: Readonly<Record<string, readonly Single[]>> = {
  aws_api_gateway_account: [["another role for logs", set({ cloudwatch_role_arn: "arn:other" })]],
  aws_api_gateway_api_key: [["key of nobody", set({ value: "x".repeat(64) })]],
  aws_api_gateway_authorizer: [
    ...[0, 1, 2, 3, 4].map(source),
    ["answers kept longer", set({ authorizer_result_ttl_in_seconds: 3600 })],
    ["answers kept as long as AWS likes, so longer allowed", (each) => delete each.authorizer_result_ttl_in_seconds],
    ["another function", set({ authorizer_uri: "arn:other" })],
    ["another form of question", set({ type: "TOKEN" })],
    ["authorizer of another API", set({ rest_api_id: "other" })],
  ],
  aws_api_gateway_gateway_response: [
    ["refusals for nobody's pages", (each) => delete each.response_parameters[`${TO_PAGES}Origin`], isCors],
    ["refusals with cookies allowed", (each) => cors(each, "Credentials", "'true'"), isCors],
    ["refusals for another origin", (each) => cors(each, "Origin", "method.request.header.Origin"), isCors],
    [
      "another header that quotes the authorizer",
      (each) => Object.assign(each.response_parameters, { "gatewayresponse.header.X": "context.authorizer.subject" }),
    ],
    [
      "another body that quotes the authorizer",
      set({ response_templates: { "application/json": "$context.authorizer.googleAuthorization" } }),
    ],
  ],
  aws_api_gateway_integration: [
    ...["X-Serverless-Authorization", "X-Request-Id", "X-Gateway-Route"].map(forged),
    ...["X-Caller-Subject", "X-Caller-Client", "X-Caller-Actor", "X-Caller-Scopes", "X-Caller-Issuer"].map(forged),
    [
      "another place for the caller's token",
      (each) => delete each.request_parameters[`${HEADER}Authorization`],
      isProxy,
    ],
    [
      "another spelling of a caller's header",
      (each) => Object.assign(each.request_parameters, { [`${HEADER}x-caller-subject`]: "method.request.header.S" }),
      isProxy,
    ],
    [
      "another variable of the path",
      (each) =>
        Object.assign(each.request_parameters, { "integration.request.path.id": "method.request.querystring.i" }),
      isProxy,
    ],
    ["another service", set({ uri: "https://example.com" }), isProxy],
    ["another path", (each) => Object.assign(each, { uri: `${each.uri}/admin` }), isProxy],
    ["another method of the service", set({ integration_http_method: "TRACE" }), isProxy],
    ["certificate of another allowed", set({ tls_config: { insecure_skip_verification: true } }), isProxy],
    ["preflight that another answers", set({ type: "HTTP_PROXY", uri: "https://example.com" }), isMock],
  ],
  aws_api_gateway_integration_response: [
    ["preflight's method added", (each) => append(each, "Methods", "PURGE")],
    ["preflight's header added", (each) => append(each, "Headers", "x-other")],
    [
      "preflight's cookies allowed",
      (each) => Object.assign(each.response_parameters, { [`${CORS}Allow-Credentials`]: "'true'" }),
    ],
    [
      "preflight's origin added",
      (each) => Object.assign(each.response_parameters, { [`${CORS}Allow-Origin`]: "'https://other.example'" }),
    ],
    [
      "another template of origins",
      set({ response_templates: { "application/json": "#set($context.responseOverride.header.A = $origin)" } }),
    ],
    [
      "preflight's origin removed",
      (each) =>
        Object.assign(each, {
          response_templates: {
            "application/json": each.response_templates["application/json"].replace(/ \|\| \$origin == "[^"]*"/, ""),
          },
        }),
    ],
    ["preflight silent", set({ response_templates: {} })],
  ],
  aws_api_gateway_method: [
    ["method without authorizer", set({ authorization: "NONE" }), isRoute],
    ["method of another kind of authorizer", set({ authorization: "AWS_IAM" }), isRoute],
    ["method of another authorizer", (method) => delete method.authorizer_id, isRoute],
    ["method changed", set({ http_method: "LINK" }), isRoute],
    ["another method without authorizer", set({ http_method: "GET" }), isPreflight],
    ["usage of any method allowed", set({ api_key_required: false }), ({ api_key_required }) => api_key_required],
  ],
  aws_api_gateway_resource: [
    ["path changed", set({ path_part: "elsewhere" })],
    ["parent changed", set({ parent_id: "${aws_api_gateway_rest_api.gateway.root_resource_id}" }), isBelow],
  ],
  aws_api_gateway_rest_api: [
    ["keys that any caller sends", set({ api_key_source: "HEADER" }), hasPlans],
    ["address of AWS off", set({ disable_execute_api_endpoint: true })],
  ],
  aws_api_gateway_stage: [
    ["access log of another", (stage) => delete stage.access_log_settings],
    ["another deployment", set({ deployment_id: "abc123" })],
    ["another deployment for some", set({ canary_settings: { deployment_id: "abc123", percent_traffic: 10 } })],
    [
      "another token in the log",
      ({ access_log_settings: log }) =>
        Object.assign(log, {
          format: log.format.replace("$context.status", "$context.authorizer.googleAuthorization"),
        }),
    ],
  ],
  aws_api_gateway_usage_plan: [
    ["quota loosened", (plan) => Object.assign(plan.quota_settings, { limit: 1_000_000 }), isLimited("quota_settings")],
    ["quota of any size allowed", (plan) => delete plan.quota_settings, isLimited("quota_settings")],
    ["throttle loosened", ({ throttle_settings: each }) => (each.rate_limit += 1), isLimited("throttle_settings")],
    ["burst loosened", ({ throttle_settings: each }) => (each.burst_limit += 1), isLimited("throttle_settings")],
    ["throttle of any size allowed", (plan) => delete plan.throttle_settings, isLimited("throttle_settings")],
    ["another stage", (plan) => delete plan.api_stages],
    ["route of another throttle", ({ api_stages: [at] }) => Object.assign(at, { throttle: [{ path: "/orders/GET" }] })],
  ],
  aws_api_gateway_usage_plan_key: [["plan of another", set({ usage_plan_id: "other" })]],
};

function cors({ response_parameters }: Json, name: string, value: string): void {
  response_parameters[`${TO_PAGES}${name}`] = value;
}

function append({ response_parameters }: Json, name: string, more: string): void {
  const header = `${CORS}Allow-${name}`;
  response_parameters[header] = response_parameters[header].replace(/'$/, `,${more}'`);
}

function isBelow({ parent_id }: Json): boolean {
  return parent_id.startsWith("${aws_api_gateway_resource.");
}
