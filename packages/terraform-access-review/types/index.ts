import { EXISTING_SERVICE } from "../terraform-json/existing-service";
import type { Attributes } from "../terraform-json/stack-json";
import { AWS } from "./aws";
import { GOOGLE } from "./google";
import { argumentIn, isKey, type Meanings, type Name, type Strength } from "./meaning";
import REFERS_TO from "./refers-to.json";
import type { ResourceType } from "./resource-type";
import SCHEMAS from "./schemas.json";

/** Every type that the stacks of this program write. */
export const TYPES: Readonly<Record<string, ResourceType>> = { ...AWS, ...GOOGLE };

/** Types that the stacks of this program do not write, but whose grants rows report completely. */
export const READ_AS_WELL: readonly RegExp[] = [
  /^aws_cognito_identity_provider$/,
  /^aws_iam_(policy|(group|role|user)_policy(_attachment)?)$/,
  /^aws_lambda_function_url$/,
  /^google_\w+_iam_(binding|member|policy)$/,
  /^google_service_account_key$/,
];

/** Nothing here changes it, so only its name is described. */
const EXISTING: ResourceType = { named: ["existing service", "name"], loss: "nothing: it is not managed here" };

const NOT_DESCRIBED: ResourceType = { loss: "unknown: the review does not know this type of resource" };

/** The description of a type. For an undescribed type, no attribute is known to replace it, and a loss is possible. */
export function typeOf(type: string): ResourceType {
  if (type === EXISTING_SERVICE) return EXISTING;
  return Object.hasOwn(TYPES, type) ? (TYPES[type] as ResourceType) : NOT_DESCRIBED;
}

/** The arguments and references that the stacks of this program write for a type. */
export interface Written {
  /**
   * Arguments by path without indices. Rows, guards and rules were written for these. Any other argument puts a new
   * resource in doubt.
   */
  readonly arguments: readonly string[];
  /**
   * Targets of references by attribute, also for removed objects: `role: ["aws_iam_role.name"]`. Collected by `npm run
   * written`.
   */
  readonly refersTo: Readonly<Record<string, readonly string[]>>;
}

/** Targets of references, by type and attribute. */
export const TARGETS: Readonly<Record<string, Written["refersTo"]>> = REFERS_TO;

/** Empty for a type that no stack has. Made once for each type, because a plan has few of them. */
export function writtenOf(type: string): Written {
  const known = written.get(type);
  if (known !== undefined) return known;
  const { asWritten = [], ...meanings } = Object.hasOwn(TYPES, type) ? (TYPES[type] as ResourceType) : {};
  const made = { arguments: argumentsOf([...namesIn(meanings), ...asWritten]), refersTo: TARGETS[type] ?? {} };
  written.set(type, made);
  return made;
}

const written = new Map<string, Written>();

/** The arguments of the provider's schema among names: neither whole blocks nor keys in a value. */
function argumentsOf(names: readonly Name[]): readonly string[] {
  const all = names.filter((name) => !isKey(name)).map(argumentIn);
  return all.filter((name) => !all.some((other) => other.startsWith(`${name}.`))).sort();
}

/** Every name that has one of the meanings. */
export function namesIn({ access = [], protects = {}, runs = [] }: Meanings): readonly Name[] {
  return [...access, ...runs]
    .map((each) => (typeof each === "string" ? each : each.name))
    .concat(Object.keys(protects));
}

/** The protective attributes of a type, each with the order of its values. */
export function guardsOf(type: string): Readonly<Record<string, Strength>> {
  const { protects, unwritten } = typeOf(type);
  return Object.fromEntries(
    Object.entries({ ...protects, ...unwritten?.protects }).map(([name, order]) => [
      name,
      typeof order === "function" ? order : order.strength,
    ]),
  );
}

/** Versions of the providers that these tables describe, by the providers' names in a stack. */
export const SCHEMA_VERSIONS: Readonly<Record<"aws" | "google", string>> = SCHEMAS.versions;

/** All arguments, attributes and blocks of a type, by name. `1` has no fields, `"*"` has any: a map, for example. */
type Fields = { readonly [name: string]: Fields | 1 | "*" };

/** Undefined for a type that the review does not know. */
function fieldsOf(type: string): Fields | undefined {
  const key = Object.hasOwn(TYPES, type) ? type : READ_AS_WELL.find((pattern) => pattern.test(type))?.source;
  return key === undefined ? undefined : (SCHEMAS.fields as Readonly<Record<string, Fields>>)[key];
}

/**
 * Paths in the body of a known type that its schema does not have, because the provider is newer or older than these
 * tables: `a.b`, if `a` is in the schema. Without indices, each once, and nothing below a path that is outside.
 */
export function outsideSchema(type: string, body: Attributes): readonly string[] {
  const found = new Set<string>();
  const walk = (value: unknown, fields: Fields[string] | undefined, path: string): void => {
    if (fields === undefined || fields === "*" || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) walk(item, fields, path);
      return;
    }
    for (const [name, each] of Object.entries(value)) {
      if (each === null || each === undefined || each === "" || (Array.isArray(each) && !hasValue(each))) continue;
      if (fields === 1 || !Object.hasOwn(fields, name)) found.add(`${path}${name}`);
      else walk(each, fields[name], `${path}${name}.`);
    }
  };
  walk(body, fieldsOf(type), "");
  return [...found];
}

/** Whether something is set in a list. A block without arguments is, because it may open something by being there. */
function hasValue(list: readonly unknown[]): boolean {
  return list.some((item) =>
    Array.isArray(item) ? hasValue(item) : item !== null && item !== undefined && item !== "",
  );
}

/** Whether the name may be that of blocks of the type: every name may, if the type is not known. */
export function isBlock(type: string, name: string): boolean {
  const fields = fieldsOf(type);
  return fields === undefined || typeof fields[name] === "object";
}

/** Whether resources of a type are in a region, which the provider gives them unless they name one. */
export function hasRegion(type: string): boolean {
  return fieldsOf(type)?.region !== undefined;
}

/** Paths of the attributes and blocks that are sets in the provider's schema. */
export function setsOf(type: string): readonly string[] {
  const sets: Readonly<Record<string, readonly string[]>> = SCHEMAS.sets;
  return sets[type] ?? [];
}

/** Whether the ledger knows the grants of a type. Any other type gets a row NOT READ. */
export function isKnownType(type: string): boolean {
  return Object.hasOwn(TYPES, type) || READ_AS_WELL.some((pattern) => pattern.test(type));
}

/** Arguments with a resource-based policy, which opens its resource. */
const POLICY = /^(resource_)?policy(_document|_data)?$/;

/** Whether the attribute of a type can grant access to other principals. */
export function isOpening(type: string, attribute: string): boolean {
  return POLICY.test(attribute) || typeOf(type).opensOutside?.includes(attribute) === true;
}
