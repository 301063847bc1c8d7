import type { Described } from "./mutation";
import type { Single } from "./rest-mutations";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

const set = (values: object) => (resource: Json) => Object.assign(resource, values);

const STATEMENT = { Sid: "More", Effect: "Allow", Action: "iam:PassRole", Resource: "*" };
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [STATEMENT] });

/** Mutations of the identity that code runs as, and of grants within an existing resource. */
export const OF_GRANTS: Readonly<Record<string, readonly Single[]>> = {
  aws_cognito_user_pool: [
    ["trigger added", set({ lambda_config: { pre_sign_up: "${aws_lambda_function.callers.arn}" } })],
    [
      "trigger of a newer kind added",
      set({ lambda_config: [{ pre_token_generation_config: { lambda_arn: "arn:x", lambda_version: "V2_0" } }] }),
    ],
  ],
  aws_cognito_user_pool_client: [
    [
      "users of a provider added",
      set({ supported_identity_providers: ["COGNITO", "Google"] }),
      ({ supported_identity_providers }) => supported_identity_providers !== undefined,
    ],
  ],
  aws_iam_role: [
    ["inline policy added", set({ inline_policy: [{ name: "more", policy: POLICY }] })],
    ["managed policy added", set({ managed_policy_arns: ["arn:aws:iam::aws:policy/AdministratorAccess"] })],
  ],
  aws_lambda_function: [["runs as another role", set({ role: "arn:aws:iam::111122223333:role/admin" })]],
  google_cloud_run_v2_service: [
    ["runs as another account, the default", ({ template }) => delete template.service_account],
    ["runs as another account", ({ template }) => set({ service_account: "x@y.iam.gserviceaccount.com" })(template)],
  ],
};

/** By type, resources that grant something, for a stack without such resources. */
const NEW: Readonly<Record<string, object>> = {
  aws_cognito_identity_provider: {
    provider_details: { client_id: "x", client_secret: "hidden", oidc_issuer: "https://idp.example" },
    provider_name: "Partner",
    provider_type: "OIDC",
    user_pool_id: "${aws_cognito_user_pool.customers.id}",
  },
  aws_iam_user_policy: { user: "somebody", policy: POLICY },
  aws_iam_user_policy_attachment: { user: "somebody", policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
  aws_lambda_function_url: {
    authorization_type: "NONE",
    function_name: "${aws_lambda_function.callers.function_name}",
  },
  aws_sqs_queue_policy: { queue_url: "x", policy: JSON.stringify({ Statement: [{ ...STATEMENT, Principal: "*" }] }) },
  google_service_account_iam_policy: {
    service_account_id: "${google_service_account.orders.name}",
    policy_data: JSON.stringify({
      bindings: [{ role: "roles/iam.serviceAccountUser", members: ["user:x@y.example"] }],
    }),
  },
  google_service_account_iam_member: { service_account_id: "x", role: "roles/owner", member: "user:x@y.example" },
  google_storage_bucket_iam_member: { bucket: "x", role: "roles/storage.admin", member: "allUsers" },
};

/** By type, resources that may grant something that is not read. */
const UNREAD: Readonly<Record<string, object>> = {
  aws_iam_access_key: { user: "somebody" },
  aws_s3_bucket: { acl: "public-read", bucket: "x" },
  google_project_iam_policy: { project: "x", policy_data: "${data.google_iam_policy.x.policy_data}" },
  google_storage_bucket_acl: { bucket: "x", predefined_acl: "publicRead" },
  random_password: { length: 9 },
};

/** Adds a resource that grants something, once under a new name and once under the name of another. */
export function* newGrants(stack: Json): Generator<Described> {
  for (const [kind, added] of [["grant", NEW] as const, ["unread grant", UNREAD] as const]) {
    for (const [type, attributes] of Object.entries(added)) {
      yield [`${kind} added`, type, ({ stack }) => put(stack, type, attributes)];
    }
  }
  yield ["unread module added", "module.more", ({ stack }) => Object.assign(stack, { module: { more: {} } })];
  yield* swaps(stack);
}

function put({ resource }: Json, type: string, attributes: object): void {
  resource[type] = { ...resource[type], more: attributes };
}

/** Lets each function and each service run as the identity of the next one in the stack. */
function* swaps({ resource }: Json): Generator<Described> {
  const pairs = (type: string) => neighbours(Object.keys(resource[type] ?? {}));
  for (const [name, next] of pairs("aws_lambda_function")) {
    const functions = (copy: Json) => copy.stack.resource.aws_lambda_function;
    yield [
      "runs as another function's role",
      name,
      (copy) => set({ role: functions(copy)[next].role })(functions(copy)[name]),
    ];
  }
  for (const [name, next] of pairs("google_cloud_run_v2_service")) {
    const template = (copy: Json, of: string) => copy.stack.resource.google_cloud_run_v2_service[of].template;
    yield [
      "runs as another service's account",
      name,
      (copy) => set({ service_account: template(copy, next).service_account })(template(copy, name)),
    ];
  }
}

function neighbours(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.length < 2 ? [] : names.map((name, index) => [name, String(names[(index + 1) % names.length])] as const);
}
