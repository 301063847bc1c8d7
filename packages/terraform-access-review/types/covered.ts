import { namesIn, typeOf } from ".";
import {
  argumentIn,
  argumentsIn,
  type Conditional,
  isKey,
  type Meanings,
  type Name,
  type Protection,
  pathsOf,
  type Strength,
} from "./meaning";

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
