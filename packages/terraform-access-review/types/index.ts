import { COGNITO } from "./cognito";
import { DOMAIN } from "./domain";
import { FEDERATION } from "./federation";
import { GATEWAY_HTTP } from "./gateway-http";
import { GATEWAY_REST, GATEWAY_USAGE } from "./gateway-rest";
import { IAM, PROJECT } from "./iam";
import { LAMBDA } from "./lambda";
import { LOGS } from "./logs";
import { MONITORING } from "./monitoring";
import type { ResourceType } from "./resource-type";
import { RUN } from "./run";
import { S3 } from "./s3";
import SCHEMA_SETS from "./schema-sets.json";
import { SECRETS } from "./secrets";
import { WAF } from "./waf";
import WRITTEN_BY_STACKS from "./written.json";

/** Every type that the stacks of this program write. */
export const TYPES: Readonly<Record<string, ResourceType>> = {
  ...COGNITO,
  ...DOMAIN,
  ...FEDERATION,
  ...GATEWAY_HTTP,
  ...GATEWAY_REST,
  ...GATEWAY_USAGE,
  ...IAM,
  ...LAMBDA,
  ...LOGS,
  ...MONITORING,
  ...PROJECT,
  ...RUN,
  ...S3,
  ...SECRETS,
  ...WAF,
};

/** Types that the stacks of this program do not write, and of which rows report whatever they give. */
const READ_AS_WELL: readonly RegExp[] = [
  /^aws_cognito_identity_provider$/,
  /^aws_iam_(policy|(group|role|user)_policy(_attachment)?)$/,
  /^aws_lambda_function_url$/,
  /^google_\w+_iam_(binding|member|policy)$/,
  /^google_service_account_key$/,
];

const NOT_DESCRIBED: ResourceType = { loss: "unknown: the review does not know this type of resource" };

/** Types that are not described: nothing is known to replace them, and a loss is possible. */
export function typeOf(type: string): ResourceType {
  return Object.hasOwn(TYPES, type) ? (TYPES[type] as ResourceType) : NOT_DESCRIBED;
}

/** What the stacks of this program write of a type; `npm run written` collects it. */
export interface Written {
  /**
   * Arguments by path without indices. Rows, guards and rules were written for these; any other one makes a new resource
   * one in doubt.
   */
  readonly arguments: readonly string[];
  /** By attribute, what it refers to; also for objects whose configuration is gone: `role: ["aws_iam_role.name"]`. */
  readonly refersTo: Readonly<Record<string, readonly string[]>>;
}

export const WRITTEN: Readonly<Record<string, Written>> = WRITTEN_BY_STACKS;

/** Nothing for a type that no stack has. */
export function writtenOf(type: string): Written {
  return Object.hasOwn(WRITTEN, type) ? (WRITTEN[type] as Written) : { arguments: [], refersTo: {} };
}

/** Paths of the attributes and blocks in which order means nothing, as the provider's schema says. */
export function setsOf(type: string): readonly string[] {
  const sets: Readonly<Record<string, readonly string[]>> = SCHEMA_SETS;
  return sets[type] ?? [];
}

/** Whether the ledger knows what a type can give. Of any other it says that it does not read it. */
export function isKnownType(type: string): boolean {
  return Object.hasOwn(TYPES, type) || READ_AS_WELL.some((pattern) => pattern.test(type));
}

/** A resource-based policy opens the resource that has it. */
const POLICY = /^(resource_)?policy(_document|_data)?$/;

/** Whether the attribute of a type lets other principals in. */
export function isOpening(type: string, attribute: string): boolean {
  return POLICY.test(attribute) || typeOf(type).opensOutside?.includes(attribute) === true;
}
