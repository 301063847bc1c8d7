import type { SchemaAttribute, SchemaBlock } from "../../../cli/generate/schemas";
import { accessLedger } from "../../../packages/terraform-access-review/access/ledger";
import { rowOf } from "../../../packages/terraform-access-review/model/change";
import type { SynthesizedState } from "../../../packages/terraform-access-review/model/state";
import { storedSchemas } from "../../support/provider-schemas";
import { accessBetween, dev } from "../../support/synthesized-states";

const AWS_POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';
const GOOGLE_POLICY = '{"bindings":[{"role":"roles/owner","members":["allUsers"]}]}';

/** Names of arguments that may carry a grant, with a value that grants as much as possible. */
const GRANTING: readonly (readonly [name: RegExp, value: string])[] = [
  [/^policy_data$/, GOOGLE_POLICY],
  [/(^|_)(policy|policies)(_(data|document|json|text|body))?$/, AWS_POLICY],
  [
    /(^|_)(members?|principals?|identity|identities|grantees?|entity|entities|users?|accounts?|account_ids?)$/,
    "allUsers",
  ],
  [/(^|_)(roles?|permissions?)(_arns?)?$/, "roles/owner"],
  [/cidr|(^|_)(ip_ranges?|source_ranges?|ip_address(es)?)$/, "0.0.0.0/0"],
  [/(^|_)(acls?|grants?|access|public|publicly|allow|allowed|authorization|trusted|invokers?)(_|$)/, "public"],
];

/** Arguments without a row in the ledger, by the reason why they grant nothing. */
const WITHOUT_ROW: Readonly<Record<string, readonly string[]>> = {
  "a name, an account or a place": [
    "aws_cloudwatch_metric_alarm metric_query.account_id",
    "aws_s3_bucket replication_configuration.rules.destination.account_id",
    "google_pubsub_topic message_storage_policy.allowed_persistence_regions",
    "google_service_account account_id",
  ],
  "rows list what the identity may do, and who may become it": [
    "aws_cloudwatch_event_rule role_arn",
    "aws_cloudwatch_event_target redshift_target.db_user",
    "aws_cloudwatch_event_target role_arn",
    "aws_s3_bucket replication_configuration.role",
    "google_pubsub_topic ingestion_data_source_settings.aws_kinesis.aws_role_arn",
    "google_pubsub_topic ingestion_data_source_settings.aws_kinesis.gcp_service_account",
    "google_pubsub_topic ingestion_data_source_settings.aws_msk.aws_role_arn",
    "google_pubsub_topic ingestion_data_source_settings.aws_msk.gcp_service_account",
    "google_pubsub_topic ingestion_data_source_settings.azure_event_hubs.gcp_service_account",
    "google_pubsub_topic ingestion_data_source_settings.confluent_cloud.gcp_service_account",
  ],
  "nothing until it is attached or bound": ["aws_iam_policy policy", "google_project_iam_custom_role permissions"],
  "pages of other origins still need the credentials of a principal": [
    "aws_apigatewayv2_api cors_configuration.allow_credentials",
    "aws_apigatewayv2_api cors_configuration.allow_headers",
    "aws_apigatewayv2_api cors_configuration.allow_methods",
    "aws_s3_bucket cors_rule.allowed_headers",
    "aws_s3_bucket cors_rule.allowed_methods",
    "aws_s3_bucket cors_rule.allowed_origins",
  ],
  "a protection": [
    "aws_api_gateway_method_settings settings.require_authorization_for_cache_control",
    "aws_s3_bucket_public_access_block block_public_acls",
    "aws_s3_bucket_public_access_block block_public_policy",
    "aws_s3_bucket_public_access_block ignore_public_acls",
    "aws_s3_bucket_public_access_block restrict_public_buckets",
    "aws_wafv2_web_acl_association web_acl_arn",
    "google_project_iam_audit_config audit_log_config.exempted_members",
  ],
  "no policy of access": [
    "aws_apigatewayv2_domain_name domain_name_configuration.security_policy",
    "aws_cloudwatch_event_target ecs_target.network_configuration.assign_public_ip",
    "aws_route53_record allow_overwrite",
    "aws_route53_record multivalue_answer_routing_policy",
    "google_secret_manager_secret_version deletion_policy",
  ],
};

/** Those of them that a review leaves out as well: a new resource with nothing else in doubt. */
const IN_NO_REVIEW: readonly string[] = [
  "aws_apigatewayv2_api cors_configuration.allow_credentials",
  "aws_apigatewayv2_api cors_configuration.allow_headers",
  "aws_apigatewayv2_api cors_configuration.allow_methods",
  "aws_iam_policy policy",
  "google_project_iam_custom_role permissions",
  "google_service_account account_id",
];

interface Case {
  readonly type: string;
  readonly path: string;
  readonly body: object;
}

const grantOf = (name: string) => GRANTING.find(([pattern]) => pattern.test(name))?.[1];

function valued({ type }: SchemaAttribute, text: string): unknown {
  if (type === "bool") return true;
  if (type === "number") return 1;
  if (type === "string") return text;
  const [kind, inner] = (type ?? []) as readonly [string, SchemaAttribute["type"]];
  if (kind === "list" || kind === "set") return [valued({ type: inner }, text)];
  if (kind === "map") return { key: valued({ type: inner }, text) };
  if (kind === "object")
    return Object.fromEntries(
      Object.entries(inner as object).map(([name, each]) => [name, valued({ type: each }, text)]),
    );
  return text;
}

/** The arguments that a block cannot be without. */
function required({ attributes = {} }: SchemaBlock): object {
  const own = Object.entries(attributes).filter(([, attribute]) => attribute.required === true);
  return Object.fromEntries(own.map(([name, each]) => [name, valued(each, grantOf(name) ?? `any-${name}`)]));
}

/** A resource for each argument that may carry a grant, also in nested blocks: with what its block requires. */
function cases(type: string, block: SchemaBlock, path = "", wrap = (body: object): object => body): readonly Case[] {
  const { attributes = {}, block_types: blocks = {} } = block;
  const base = required(block);
  const own = Object.entries(attributes).flatMap(([name, attribute]): readonly Case[] => {
    const text = grantOf(name);
    const isArgument = attribute.optional === true || attribute.required === true;
    if (text === undefined || !isArgument) return [];
    return [{ type, path: `${path}${name}`, body: wrap({ ...base, [name]: valued(attribute, text) }) }];
  });
  const nested = Object.entries(blocks).flatMap(([name, { block: inner }]) =>
    cases(type, inner, `${path}${name}.`, (body) => wrap({ ...base, [name]: [body] })),
  );
  return [...own, ...nested];
}

test("no argument of any resource type that may carry a grant is silent, in the ledger and in a review", () => {
  const all = [...storedSchemas()].flatMap(([type, block]) => cases(type, block));
  expect(all.length).toBeGreaterThan(2_500);
  const resource: Record<string, Record<string, object>> = structuredClone(dev.stack.resource);
  const addresses = all.map(({ type, body }, index) => {
    // Names of its own: two resources that grant the same share a row.
    const own = JSON.parse(JSON.stringify(body).replaceAll('"any-', `"any-${index}-`));
    resource[type] = { ...resource[type], [`case_${index}`]: own };
    return `${type}.case_${index}`;
  });
  const after = { ...dev, stack: { ...dev.stack, resource } } as SynthesizedState;
  const silentIn = (reported: readonly (string | undefined)[]) => {
    const known = new Set(reported);
    const silent = all.filter((_, index) => !known.has(addresses[index]));
    return silent.map(({ type, path }) => `${type} ${path}`).sort();
  };
  const rows = accessLedger(after.stack, after.policy, after.envoy);
  expect(silentIn(rows.map(({ from }) => from.address))).toEqual(Object.values(WITHOUT_ROW).flat().sort());
  const changes = accessBetween(dev, after);
  const reviewed = [
    ...changes.rows.map((row) => rowOf(row).from.address),
    ...changes.guards.map((each) => each.address),
  ];
  expect(silentIn(reviewed)).toEqual(IN_NO_REVIEW);
});
