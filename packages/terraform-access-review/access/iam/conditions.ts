import type { Condition } from "../../terraform-json/iam-statements";
import { arnLike, contextValue, type IamContext, IamPolicyError, matchesWithVariables } from "./pattern";

/** Whether one value of the request matches one value of the policy; undefined if a variable in it has no value. */
type Comparison = (found: string, wanted: string, context: IamContext) => boolean | undefined;

const equals: Comparison = (found, wanted, context) => matchesWithVariables(wanted, context, "text", found);
const like: Comparison = (found, wanted, context) => matchesWithVariables(wanted, context, "pattern", found);
const equalsIgnoringCase: Comparison = (found, wanted, context) =>
  equals(found.toLowerCase(), wanted.replace(/\$\{[^{}]*\}|[^$]+|\$/g, lowerOutsideVariables), lowerValues(context));

const arn: Comparison = (found, wanted, context) => arnLike(wanted, found, context);
const bool: Comparison = (found, wanted) =>
  /^(true|false)$/i.test(found) && found.toLowerCase() === wanted.toLowerCase();

const ORDERS: Readonly<Record<string, (found: number, wanted: number) => boolean>> = {
  Equals: (found, wanted) => found === wanted,
  LessThan: (found, wanted) => found < wanted,
  LessThanEquals: (found, wanted) => found <= wanted,
  GreaterThan: (found, wanted) => found > wanted,
  GreaterThanEquals: (found, wanted) => found >= wanted,
};

const ordered = (
  type: string,
  read: (text: string) => number | undefined,
): readonly (readonly [string, Comparison])[] =>
  Object.entries(ORDERS).map(([by, isInOrder]) => [
    `${type}${by}`,
    (found, wanted) => {
      const [value, limit] = [read(found), read(wanted)];
      return value !== undefined && limit !== undefined && isInOrder(value, limit);
    },
  ]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ["StringEquals", equals],
  ["StringEqualsIgnoreCase", equalsIgnoringCase],
  ["StringLike", like],
  ["ArnEquals", arn],
  ["ArnLike", arn],
  ["Bool", bool],
  ...ordered("Numeric", number),
  ...ordered("Date", milliseconds),
]);

/** `…Not…`: no value of the policy may match. A missing key does not match either, so the condition holds. */
const OPERATOR = /^(ForAllValues:|ForAnyValue:)?([A-Z][a-z]+)(Not(?=Equals|Like))?(\w*?)(IfExists)?$/;

/** Whether a comparison of a statement's condition holds: for one of its values. */
export function holds({ operator: name, key, values: wanted }: Condition, context: IamContext): boolean {
  const found = contextValue(context, key);
  if (name === "Null") return isNull(wanted, found);
  const [, set, type, not, by, ifExists] = OPERATOR.exec(name) ?? [];
  const fits = COMPARISONS.get(`${type}${by}`);
  if (fits === undefined) throw new IamPolicyError(`unknown condition operator ${name}`);
  // The documentation does not say whether a missing key makes the condition true, as with IfExists, or false, as with
  // ForAnyValue.
  if (set === "ForAnyValue:" && ifExists) throw new IamPolicyError(`unknown condition operator ${name}`);
  const fitting = (value: string) => {
    const found = wanted.map((each) => fits(value, each, context));
    return not ? found.every((each) => each === false) : found.includes(true);
  };
  const values = typeof found === "string" ? [found] : (found ?? []);
  if (values.length === 0 && ifExists) return true;
  if (set === "ForAllValues:") return values.every(fitting);
  if (set === "ForAnyValue:") return values.some(fitting);
  if (Array.isArray(found)) throw new IamPolicyError(`${name} compares one value, and the request has a list`);
  return values[0] === undefined ? not !== undefined : fitting(values[0]);
}

function isNull(wanted: readonly string[], found: string | readonly string[] | null): boolean {
  if (Array.isArray(found) && found.length === 0)
    throw new IamPolicyError("Null cannot be evaluated for an empty list");
  const odd = wanted.find((value) => value !== "true" && value !== "false");
  if (odd !== undefined) throw new IamPolicyError(`Null compares with true or false, got ${odd}`);
  return wanted.includes(String(found === null));
}

function number(text: string): number | undefined {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
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
