import type { Condition } from "../../terraform-json/iam-statements";
import { arnParts, contextValue, type IamContext, IamPolicyError, matches, withVariables } from "./pattern";

/** Whether one value of the request matches one value of the policy; undefined if a variable in it has no value. */
type Comparison = (found: string, wanted: string, context: IamContext) => boolean | undefined;

interface Operator {
  readonly fits: Comparison;
  /** `…Not…`: no value of the policy may match. A missing key does not match either, so the condition holds. */
  readonly negated: boolean;
}

const equals: Comparison = (found, wanted, context) => withVariables(wanted, context, "text")?.test(found);
const like: Comparison = (found, wanted, context) => withVariables(wanted, context, "pattern")?.test(found);
const equalsIgnoringCase: Comparison = (found, wanted, context) =>
  equals(found.toLowerCase(), wanted.replace(/\$\{[^{}]*\}|[^$]+|\$/g, lowerOutsideVariables), lowerValues(context));

/** Compares each of an ARN's six parts separately: a `*` in one part does not extend into the next. */
const arn: Comparison = (found, wanted, context) => {
  const [parts, patterns] = [arnParts(found), arnParts(wanted)];
  if (parts.length < 6 || patterns.length < 6) return false;
  const fitting = patterns.map((pattern, index) => like(parts[index] ?? "", pattern, context));
  return fitting.includes(undefined) ? undefined : fitting.every(Boolean);
};

const bool: Comparison = (found, wanted) =>
  /^(true|false)$/i.test(found) && found.toLowerCase() === wanted.toLowerCase();

const numbers =
  (holds: (found: number, wanted: number) => boolean): Comparison =>
  (found, wanted) =>
    isNumber(found) && isNumber(wanted) && holds(Number(found), Number(wanted));

const dates =
  (holds: (found: number, wanted: number) => boolean): Comparison =>
  (found, wanted) => {
    const [at, limit] = [milliseconds(found), milliseconds(wanted)];
    return at !== undefined && limit !== undefined && holds(at, limit);
  };

const positive = (fits: Comparison): Operator => ({ fits, negated: false });
const negative = (fits: Comparison): Operator => ({ fits, negated: true });
const same = (found: number, wanted: number) => found === wanted;
const less = (found: number, wanted: number) => found < wanted;
const atMost = (found: number, wanted: number) => found <= wanted;
const more = (found: number, wanted: number) => found > wanted;
const atLeast = (found: number, wanted: number) => found >= wanted;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: positive(equals),
  StringNotEquals: negative(equals),
  StringEqualsIgnoreCase: positive(equalsIgnoringCase),
  StringNotEqualsIgnoreCase: negative(equalsIgnoringCase),
  StringLike: positive(like),
  StringNotLike: negative(like),
  ArnEquals: positive(arn),
  ArnLike: positive(arn),
  ArnNotEquals: negative(arn),
  ArnNotLike: negative(arn),
  Bool: positive(bool),
  NumericEquals: positive(numbers(same)),
  NumericNotEquals: negative(numbers(same)),
  NumericLessThan: positive(numbers(less)),
  NumericLessThanEquals: positive(numbers(atMost)),
  NumericGreaterThan: positive(numbers(more)),
  NumericGreaterThanEquals: positive(numbers(atLeast)),
  DateEquals: positive(dates(same)),
  DateNotEquals: negative(dates(same)),
  DateLessThan: positive(dates(less)),
  DateLessThanEquals: positive(dates(atMost)),
  DateGreaterThan: positive(dates(more)),
  DateGreaterThanEquals: positive(dates(atLeast)),
};

/** Whether a comparison of a statement's condition holds: for one of its values. */
export function holds({ operator: name, key, values: wanted }: Condition, context: IamContext): boolean {
  const found = contextValue(context, key);
  if (name === "Null") return isNull(wanted, found);
  const [, set, base = "", ifExists] = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const operator = OPERATORS[base];
  if (operator === undefined) throw new IamPolicyError(`unknown condition operator ${name}`);
  // The documentation does not say whether a missing key makes the condition true, as with IfExists, or false, as with
  // ForAnyValue.
  if (set === "ForAnyValue:" && ifExists) throw new IamPolicyError(`unknown condition operator ${name}`);
  const fitting = (value: string) => {
    const found = wanted.map((each) => operator.fits(value, each, context));
    return operator.negated ? found.every((each) => each === false) : found.includes(true);
  };
  const values = typeof found === "string" ? [found] : (found ?? []);
  if (values.length === 0 && ifExists) return true;
  if (set === "ForAllValues:") return values.every(fitting);
  if (set === "ForAnyValue:") return values.some(fitting);
  if (Array.isArray(found)) throw new IamPolicyError(`${name} compares one value, and the request has a list`);
  return values[0] === undefined ? operator.negated : fitting(values[0]);
}

function isNull(wanted: readonly string[], found: string | readonly string[] | null): boolean {
  if (Array.isArray(found) && found.length === 0)
    throw new IamPolicyError("Null cannot be evaluated for an empty list");
  const odd = wanted.find((value) => value !== "true" && value !== "false");
  if (odd !== undefined) throw new IamPolicyError(`Null compares with true or false, got ${odd}`);
  return wanted.includes(String(found === null));
}

function isNumber(text: string): boolean {
  return matches("?*", text.trim()) && Number.isFinite(Number(text));
}

/** A date of ISO 8601, or seconds since 1970. */
function milliseconds(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text);
  const at = iso ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function lowerOutsideVariables(part: string): string {
  return part.startsWith("${") ? part : part.toLowerCase();
}

function lowerValues(context: IamContext): IamContext {
  const lower = (value: string) => value.toLowerCase();
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      key,
      typeof value === "string" ? lower(value) : (value?.map(lower) ?? null),
    ]),
  );
}
