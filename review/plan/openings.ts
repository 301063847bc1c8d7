import type { Attributes } from "../stack-json";
import type { StateResource } from "./plan-json";
import { isFields } from "./shape";

/**
 * Attributes that no configuration needs to declare and that open access, or switch a protection off, when they are set
 * outside Terraform. Terraform keeps what it finds there, so no plan closes it again.
 */
const OPENINGS: Readonly<Record<string, readonly string[]>> = {
  aws_cognito_user_pool_client: ["read_attributes", "write_attributes"],
  aws_iam_openid_connect_provider: ["thumbprint_list"],
  aws_iam_role: ["inline_policy", "managed_policy_arns"],
  aws_lambda_function: ["code_sha256"],
  aws_s3_bucket: ["acl", "grant"],
  aws_secretsmanager_secret_rotation: ["rotation_enabled"],
  google_cloud_run_v2_service: ["traffic"],
};

/** A resource-based policy opens whatever has one. */
const POLICY = /^(resource_)?policy(_document|_data)?$/;

export function isOpening(type: string, attribute: string): boolean {
  return POLICY.test(attribute) || OPENINGS[type]?.includes(attribute) === true;
}

interface Owner {
  readonly type: string;
  /** Names the object that the owner belongs to. */
  readonly of: string;
  /** What tells the owner's part of a list apart: a field of the owner's and of the item's, or the item itself. */
  readonly item?: string;
}

/** Attributes in which a cloud repeats what resources of their own declare. */
const OWNERS: Readonly<Record<string, Owner>> = {
  "aws_api_gateway_rest_api.policy": { type: "aws_api_gateway_rest_api_policy", of: "rest_api_id" },
  "aws_iam_role.inline_policy": { type: "aws_iam_role_policy", of: "role", item: "name" },
  "aws_iam_role.managed_policy_arns": { type: "aws_iam_role_policy_attachment", of: "role", item: "policy_arn" },
  "aws_s3_bucket.policy": { type: "aws_s3_bucket_policy", of: "bucket" },
  "aws_secretsmanager_secret.policy": { type: "aws_secretsmanager_secret_policy", of: "secret_arn" },
};

/**
 * What of an attribute no other resource of the stack declares. What another one declares is compared there.
 *
 * @param object as Terraform last knew it: its owners are found by what names it
 */
export function unowned(
  value: unknown,
  { type, name, object }: { readonly type: string; readonly name: string; readonly object: Attributes },
  state: readonly StateResource[],
): unknown {
  const owner = OWNERS[`${type}.${name}`];
  if (owner === undefined) return value;
  const names = ["id", "arn", "name", "bucket"].map((key) => object[key]).filter((each) => each !== undefined);
  const owners = state.flatMap(({ type: each, values }) =>
    each === owner.type && values !== undefined && names.includes(values[owner.of]) ? [values] : [],
  );
  if (owner.item === undefined) return owners.length > 0 ? undefined : value;
  const key = owner.item;
  const owned = owners.map((values) => values[key]);
  const items = [value ?? []].flat().filter((item) => !owned.includes(isFields(item) ? item[key] : item));
  return items.length > 0 ? items : undefined;
}
