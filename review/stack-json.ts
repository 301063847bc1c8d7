/** A synthesized stack, `main.tf.json`, as a reviewer reads it. Nothing here knows how it was made. */
export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly provider: Readonly<Record<string, readonly Attributes[]>>;
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, read attribute by attribute
export type Attributes = Readonly<Record<string, any>>;

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly attributes: Attributes;
}

/** The resources of one type, in the order of their names; of all types that a pattern matches. */
export function resourcesOf(stack: StackJson, type: string | RegExp): readonly Resource[] {
  return Object.keys(stack.resource)
    .filter((candidate) => (typeof type === "string" ? candidate === type : type.test(candidate)))
    .flatMap((found) =>
      Object.entries(stack.resource[found] ?? {}).map(([name, attributes]) => ({
        type: found,
        name,
        address: `${found}.${name}`,
        attributes,
      })),
    )
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** The resource that the first reference in a text names, if it names one: `${aws_iam_role.orders.arn}`. */
export function referred(stack: StackJson, text: unknown): Resource | undefined {
  const [, type = "", name = ""] = /\$\{(?:jsonencode\()?([a-z0-9_]+)\.([A-Za-z0-9_-]+)\./.exec(String(text)) ?? [];
  const attributes = stack.resource[type]?.[name];
  return attributes && { type, name, address: `${type}.${name}`, attributes };
}

/** The resource that a text refers to and says nothing else: what comes before or after can make it another object's name. */
export function soleReferred(stack: StackJson, text: unknown): Resource | undefined {
  return /^\$\{[\w.-]+\}$/.test(String(text)) ? referred(stack, text) : undefined;
}

/** How a resource is called by people: its own name in its cloud. */
const NAMED_BY: Readonly<Record<string, readonly [kind: string, attribute: string]>> = {
  aws_api_gateway_rest_api: ["REST API", "name"],
  aws_apigatewayv2_api: ["API", "name"],
  aws_cloudwatch_log_group: ["log group", "name"],
  aws_cognito_user_pool: ["user pool", "name"],
  aws_iam_openid_connect_provider: ["identity provider", "url"],
  aws_iam_role: ["role", "name"],
  aws_lambda_function: ["function", "function_name"],
  aws_s3_bucket: ["bucket", "bucket"],
  aws_secretsmanager_secret: ["AWS secret", "name"],
  google_cloud_run_v2_service: ["service", "name"],
  google_iam_workload_identity_pool: ["workload identity pool", "workload_identity_pool_id"],
  google_logging_log_view: ["log view", "name"],
  google_logging_project_bucket_config: ["log bucket", "bucket_id"],
  google_logging_project_sink: ["sink", "name"],
  google_project_iam_custom_role: ["role", "role_id"],
  google_pubsub_topic: ["topic", "name"],
  google_secret_manager_secret: ["Google secret", "secret_id"],
  google_service_account: ["service account", "account_id"],
};

/** A resource in words: `role storefront-dev-orders`; its address where it has no name of its own. */
export function inWords({ type, address, attributes }: Resource): string {
  const [kind, attribute] = NAMED_BY[type] ?? [];
  return kind === undefined || attribute === undefined ? address : `${kind} ${attributes[attribute]}`;
}

/** Everything that the first stack has and the second has not, as people call it. */
export function goneFrom(before: StackJson, after: StackJson): ReadonlySet<string> {
  const there = new Set(resourcesOf(after, /./).map(inWords));
  const had = resourcesOf(before, /./).map(inWords);
  return new Set(had.filter((name) => !there.has(name)));
}

/** A text whose references are replaced by words, so that a person reads who or what is meant. */
export function readable(stack: StackJson, text: unknown): string {
  return String(text).replaceAll(/\$\{[^}]+\}/g, (reference) => {
    const resource = referred(stack, reference);
    return resource === undefined ? reference : inWords(resource);
  });
}

/** A value that is one text or a list of them. */
export function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
