import { EXISTING_SERVICE } from "../terraform-json/existing-service";
import { replaceReferences } from "../terraform-json/references";
import type { Attributes } from "../terraform-json/stack-json";
import { AWS } from "./aws";
import { GOOGLE } from "./google";
import {
  argumentIn,
  argumentsIn,
  type Conditional,
  isKey,
  type Meanings,
  type Name,
  type Protection,
  pathsOf,
  type ResourceType,
  type Strength,
} from "./meaning";
import REFERS_TO from "./refers-to.json";
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
  const made = { arguments: schemaArguments([...namesIn(meanings), ...asWritten]), refersTo: TARGETS[type] ?? {} };
  written.set(type, made);
  return made;
}

const written = new Map<string, Written>();

/** The arguments of the provider's schema among names: neither whole blocks nor keys in a value. */
function schemaArguments(names: readonly Name[]): readonly string[] {
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

/** Paths of changes that need no report of their own, because rows or guards report them, or because they open nothing. */
export interface Covered extends Omit<Conditional, "name" | "where"> {
  readonly path: RegExp;
  readonly where?: Conditional["where"] | undefined;
}

/** What every resource can have. Providers compute some of it from other attributes. */
const EVERYWHERE = [
  "description.*",
  "display_name.*",
  "effective_labels.*",
  "labels.*",
  "lifecycle.create_before_destroy",
  "lifecycle.prevent_destroy.*",
  "lifecycle.replace_triggered_by.*",
  "terraform_labels.*",
  "timeouts.*",
].map(pathsOf);

/** AWS only: Google's tags are resources, which conditions of an organization can use to grant access. */
const AWS_TAGS = ["tags.*", "tags_all.*"].map(pathsOf);

/** A guard reports which attributes Terraform leaves to others. */
const IGNORED: Covered = { path: pathsOf("lifecycle.ignore_changes.*") };

/** Attributes that open nothing on any resource of a cloud. */
export function coveredEverywhere(type: string): readonly RegExp[] {
  return type.startsWith("aws_") ? [...EVERYWHERE, ...AWS_TAGS] : EVERYWHERE;
}

/** The covered attributes of a resource type. */
export function coveredOf(type: string): readonly Covered[] {
  const known = OF_TYPES.get(type) ?? ofType(type);
  OF_TYPES.set(type, known);
  return known;
}

const OF_TYPES = new Map<string, readonly Covered[]>();

function ofType(type: string): readonly Covered[] {
  const { asWritten = [], unwritten = {}, ...own } = typeOf(type);
  const declared = [...namesIn(own), ...namesIn(unwritten), ...asWritten];
  const ofMeanings = ({ access = [], protects = {}, runs = [] }: Meanings) => [
    ...coveredNames([...access, ...runs], declared),
    ...Object.entries(protects).map(([name, order]) => guarded(name, order, declared)),
  ];
  return [...coveredEverywhere(type).map((path) => ({ path })), IGNORED, ...ofMeanings(own), ...ofMeanings(unwritten)];
}

/** @param declared every name of the type, if its arguments are known: a block is covered only if it has no other */
export function coveredNames(names: readonly (Name | Conditional)[], declared?: readonly Name[]): readonly Covered[] {
  return names.map((each) => {
    const { name, where, ...rest } = typeof each === "string" ? { name: each } : each;
    return { ...rest, path: pathsOf(name), where: within(name, declared, where) };
  });
}

function guarded(name: Name, order: Strength | Protection, declared: readonly Name[]): Covered {
  return { path: pathsOf(name), where: within(name, declared, typeof order === "function" ? undefined : order.judges) };
}

function within(name: Name, declared: readonly Name[] | undefined, where: Conditional["where"]): Conditional["where"] {
  if (declared === undefined || isKey(name) || name.endsWith(".*")) return where;
  const known = new Set(declared.filter((each) => !isKey(each)).map(argumentIn));
  const isKnown = (value: unknown) => argumentsIn(value, argumentIn(name)).every((each) => known.has(each));
  return (change) => isKnown(change.before) && isKnown(change.after) && where?.(change) !== false;
}

/** Arguments that order an apply, or are comments. */
const NOT_DEPLOYED: readonly string[] = ["//", "depends_on"];

/** Paths of all arguments that are set. */
export function argumentsOf(body: Attributes): readonly string[] {
  const declared = Object.entries(body).filter(([name]) => !NOT_DEPLOYED.includes(name));
  return [...new Set(declared.flatMap(([name, value]) => argumentsIn(value, name)))];
}

/** Arguments of a resource that no stack of this program sets for its type, and that may open something. */
export function unwrittenArguments(type: string, body: Attributes): readonly string[] {
  const written = writtenOf(type).arguments;
  const harmless = coveredEverywhere(type);
  return argumentsOf(body).filter((path) => !written.includes(path) && !harmless.some((each) => each.test(path)));
}

/** Terraform's own arguments that the stacks set. They are in no schema. */
const LIFECYCLE: readonly string[] = ["lifecycle.ignore_changes", "lifecycle.prevent_destroy"];

/** Whether the stacks of this program write the argument at this path, or a part of it. */
export function isWrittenPath(type: string, path: string): boolean {
  const plain = withoutIndices(path);
  return [...writtenOf(type).arguments, ...LIFECYCLE].some((each) => isWithin(plain, each) || isWithin(each, plain));
}

export function withoutIndices(path: string): string {
  return path.replace(/\[[^\]]*\]/g, "");
}

/** Whether a path is another one, or leads further into it. */
export function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

/**
 * Finds the values of a resource in a form that no stack of this program uses: a function or a condition, a reference to
 * an attribute to which no stack refers there, a computed key, true or false as a text, or a list of bodies. Rows and
 * guards would misread all of these.
 *
 * @returns the values by their paths without indices
 */
export function unplainParts(type: string, body: Attributes): ReadonlyMap<string, unknown> {
  if (Array.isArray(body)) return new Map([["", body]]);
  // `lifecycle` is read separately.
  const skipped = [...NOT_DEPLOYED, "lifecycle", ...(typeOf(type).expressions ?? [])];
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    if (skipped.includes(name)) continue;
    const known = writtenOf(type).refersTo[name] ?? [];
    for (const [path, leaf] of leavesOf(value, name)) if (!isPlain(leaf, path, known)) found.set(path, value);
  }
  return found;
}

/** Variables whose values people choose. */
const CHOSEN = /(^|\.)(env|labels|annotations|tags|tags_all|variables|triggers|attribute_mapping|dimensions)(\.|$)/;

function isPlain(leaf: string, path: string, known: readonly string[]): boolean {
  const rest = replaceReferences(leaf, ({ type, attribute }, written) =>
    known.includes(`${type}.${attribute}`) ? "" : written,
  );
  return !/[$%]\{/.test(rest) && (CHOSEN.test(path) || !/^(true|false)$/i.test(leaf));
}

/** Each text in a value; a key counts as a text if it is a template. */
function leavesOf(value: unknown, path: string): readonly (readonly [path: string, text: string])[] {
  if (typeof value === "string") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(/[$%]\{/.test(key) ? [[path, key] as const] : []),
    ...leavesOf(inner, `${path}.${key}`),
  ]);
}
