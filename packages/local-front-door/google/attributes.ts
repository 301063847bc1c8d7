import {
  type CelInput,
  type CelResult,
  CelScalar,
  celEnv,
  celError,
  celMethod,
  isCelError,
  parse,
  plan,
} from "@bufbuild/cel";
import { AWS_MAPPING } from "../../../contract/federation";

/** What `GetCallerIdentity` returned about the signer of the request. */
export interface AwsAssertion {
  readonly arn: string;
  readonly account: string;
  readonly userid: string;
}

/** A federated identity's attributes by their full names, such as `google.subject` and `attribute.aws_role`. */
export type GoogleAttributes = ReadonlyMap<string, string>;

/** Google's mapping for AWS if a provider declares none. Declaring any attribute replaces the whole mapping. */
const DEFAULT_MAPPING: GoogleAttributes = new Map(Object.entries(AWS_MAPPING));

/** In bytes. https://cloud.google.com/iam/docs/workload-identity-federation#mapping */
const SUBJECT_BYTES = 127;

/** A mapping or condition that cannot be evaluated, or that has a result of the wrong type. */
export class AttributeError extends Error {}

/** Whether a mapping may set an attribute with this name. */
export function isAttributeName(name: string): boolean {
  return /^(google\.(subject|groups)|attribute\.[a-z0-9_]+)$/.test(name);
}

/** Applies a provider's attribute mapping, CEL expressions over `assertion`. */
export function mapAttributes(declared: GoogleAttributes, assertion: AwsAssertion): GoogleAttributes {
  const mapping = declared.size > 0 ? declared : DEFAULT_MAPPING;
  const variables = { assertion: new Map(Object.entries(assertion)) };
  const mapped = new Map<string, string>();
  for (const [name, expression] of mapping) {
    if (!isAttributeName(name)) throw new AttributeError(`attribute ${name}`);
    const value = evaluate(expression, variables);
    if (typeof value !== "string") throw new AttributeError(`${name} is not a string`);
    mapped.set(name, value);
  }
  const subject = mapped.get("google.subject") ?? "";
  if (subject === "" || Buffer.byteLength(subject) > SUBJECT_BYTES) {
    throw new AttributeError(`google.subject has ${Buffer.byteLength(subject)} bytes, expected 1 to ${SUBJECT_BYTES}`);
  }
  return mapped;
}

/** Whether a provider's attribute condition holds. Without a condition, every mapped identity is accepted. */
export function conditionHolds(
  condition: string | undefined,
  attributes: GoogleAttributes,
  assertion: AwsAssertion,
): boolean {
  if (condition === undefined || condition === "") return true;
  const below = (prefix: string) =>
    new Map(
      [...attributes]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const value = evaluate(condition, {
    assertion: new Map(Object.entries(assertion)),
    google: below("google."),
    attribute: below("attribute."),
  });
  if (typeof value !== "boolean") throw new AttributeError("the attribute condition is not a boolean");
  return value;
}

function evaluate(expression: string, variables: Record<string, CelInput>): unknown {
  const value = result(expression, variables);
  if (isCelError(value)) throw new AttributeError(`CEL: ${value.message}`);
  return value;
}

function result(expression: string, variables: Record<string, CelInput>): CelResult {
  try {
    return programOf(expression)(variables);
  } catch (error) {
    return celError(error);
  }
}

/** Limit of the cache. A stack has one mapping and one condition for each provider; tests use many. */
const MOST_PROGRAMS = 100;

const programs = new Map<string, ReturnType<typeof plan>>();

/** Parsed once, because parsing takes much longer than an evaluation. */
function programOf(expression: string): ReturnType<typeof plan> {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const program = plan(celEnv({ funcs: [extract] }), parse(expression));
  if (programs.size >= MOST_PROGRAMS) programs.clear();
  programs.set(expression, program);
  return program;
}

/**
 * Google's own addition to CEL: the text at a template's only placeholder, or an empty text.
 * https://cloud.google.com/iam/docs/conditions-attribute-reference#extract
 */
const extract = celMethod("extract", CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function (template) {
  const [, prefix, suffix] = /^([^{}]*)\{[^{}]*\}([^{}]*)$/.exec(template) ?? [];
  if (prefix === undefined || suffix === undefined) throw new AttributeError(`template ${template}`);
  const found = this.indexOf(prefix);
  if (found < 0) return "";
  const start = found + prefix.length;
  const end = suffix === "" ? this.length : this.indexOf(suffix, start);
  return end < 0 ? "" : this.slice(start, end);
});
