import type { AccessRow } from "../model/row";
import { canonical } from "../terraform-json/order";
import {
  type Attributes,
  blocksOf,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { hashed } from "./sidecar/fields";

/** What else a pool trusts about its users: providers that sign them in, and functions that decide on them. */
export function poolRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_cognito_identity_provider").map(({ attributes }) => providerRow(stack, attributes)),
    ...resourcesOf(stack, "aws_cognito_user_pool").flatMap((pool) => triggerRows(stack, pool)),
  ];
}

function providerRow(stack: StackJson, attributes: Attributes): AccessRow {
  const { user_pool_id, provider_details, attribute_mapping, idp_identifiers } = attributes;
  const pool = referred(stack, user_pool_id);
  const details = Object.entries(provider_details ?? {}).filter(([name]) => !/secret|private|password/i.test(name));
  return {
    principal: `users of ${attributes.provider_name} (${attributes.provider_type})`,
    permission: "sign in",
    resource: pool === undefined ? String(user_pool_id) : inWords(pool),
    condition: [
      ...details.map(([name, value]) => {
        const text = readable(stack, value);
        // A metadata document would not fit into a row.
        return `${name} ${text.length <= 160 ? text : hashed(text)}`;
      }),
      ...(attribute_mapping === undefined ? [] : [`attributes ${canonical(attribute_mapping)}`]),
      ...listOf(idp_identifiers).map((domain) => `asked for as ${domain}`),
    ].join("; "),
  };
}

/** A function that a pool calls may admit users, or add claims and scopes to their tokens. */
function triggerRows(stack: StackJson, pool: Resource): readonly AccessRow[] {
  const [triggers = {}] = blocksOf(pool.attributes.lambda_config);
  return Object.entries(triggers).flatMap(([trigger, value]) => {
    const [config] = blocksOf(value);
    if (!config || trigger === "kms_key_id") return [];
    const { lambda_arn = config, lambda_version } = config;
    return {
      principal: readable(stack, lambda_arn),
      permission: `decide on users or their tokens (${trigger})`,
      resource: inWords(pool),
      condition: lambda_version === undefined ? "-" : String(lambda_version),
    };
  });
}
