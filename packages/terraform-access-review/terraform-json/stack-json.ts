import { EXISTING_SERVICE, guaranteed } from "./existing-service";
import { groupedBy } from "./order";
import { type Reference, referencesIn, soleReference } from "./references";

/**
 * A stack in Terraform's JSON syntax, as far as rules, review and pipeline read it. It is independent of how the stack
 * was made.
 */
export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly provider: Readonly<Record<string, readonly Attributes[]>>;
  /** Data sources by type and name. */
  readonly data?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  /** Calls of modules, by name. */
  readonly module?: Readonly<Record<string, Attributes>>;
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, read attribute by attribute
export type Attributes = Readonly<Record<string, any>>;

/** A resource as in the JSON, with Terraform's names. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  /** `aws_iam_role.orders`. */
  readonly address: string;
  readonly attributes: Attributes;
  /** Every resource of its type in the stack, by name. */
  readonly among?: Readonly<Record<string, Attributes>>;
}

/** The Cloud Run services that the stack uses and does not declare, with what each plan guarantees of them. */
export function existingServices(stack: StackJson): readonly Resource[] {
  return Object.keys(stack.data?.google_cloud_run_v2_service ?? {})
    .sort()
    .flatMap((name) => dataAt(stack, EXISTING_SERVICE, name) ?? []);
}

/** The resources of these types, or of all that a pattern matches, in the order of their addresses. */
export function resourcesOf(stack: StackJson, ...types: readonly (string | RegExp)[]): readonly Resource[] {
  const [sole, ...others] = types;
  if (typeof sole === "string" && others.length === 0) return resourcesOfType(stack, sole);
  const isAsked = (candidate: string) =>
    types.some((type) => (typeof type === "string" ? candidate === type : type.test(candidate)));
  const found = Object.keys(stack.resource)
    .filter(isAsked)
    .map((type) => resourcesOfType(stack, type));
  return found.length === 1 ? (found[0] as readonly Resource[]) : found.flat().sort(byAddress);
}

const sorted = new WeakMap<object, readonly Resource[]>();

/** Cached, because rows, guards and rules each read the same few types. */
function resourcesOfType({ resource: declared }: StackJson, type: string): readonly Resource[] {
  const named = declared[type] ?? {};
  const known =
    sorted.get(named) ??
    Object.entries(named)
      .map(([name, attributes]) => resource(type, name, attributes, named))
      .sort(byAddress);
  sorted.set(named, known);
  return known;
}

function byAddress(one: Resource, other: Resource): number {
  return one.address < other.address ? -1 : 1;
}

/** Caches the result of `read` for each stack. A stack must not change after it was read. */
export function oncePerStack<T>(read: (stack: StackJson) => T): (stack: StackJson) => T {
  const known = new WeakMap<StackJson, T>();
  return (stack) => {
    const result = known.get(stack) ?? read(stack);
    known.set(stack, result);
    return result;
  };
}

/** Caches the result of `read` for each resource's body. Two stacks share the bodies that are equal in both. */
export function oncePerBody<T>(read: (body: Attributes, type: string) => T): (body: Attributes, type: string) => T {
  const known = new WeakMap<Attributes, T>();
  return (body, type) => {
    const result = known.get(body) ?? read(body, type);
    known.set(body, result);
    return result;
  };
}

/** Each block of each provider, in the form of a resource; its name is its index among those of its provider. */
export function providersOf(stack: StackJson): readonly Resource[] {
  return Object.entries(stack.provider).flatMap(([type, blocks]) =>
    blocksOf(blocks).map((attributes, index) => ({
      type,
      name: String(index),
      address: `provider.${type}`,
      attributes,
    })),
  );
}

/** The resource of the stack that is named by the whole text: `${aws_iam_role.orders.arn}`. */
export function referred(stack: StackJson, text: unknown): Resource | undefined {
  if (typeof text !== "string") return undefined;
  const known = references(stack);
  // Cached, because hundreds of routes refer to the same API, authorizer and integration.
  if (!known.has(text)) known.set(text, resourceAt(stack, soleReference(text)));
  return known.get(text);
}

const references = oncePerStack(() => new Map<string, Resource | undefined>());

/** The resource that the first reference in a text names. Ignores the rest of the text, so it proves nothing. */
export function firstReferred(stack: StackJson, text: unknown): Resource | undefined {
  return resourceAt(stack, referencesIn(String(text))[0]);
}

/** The resources of a type whose given argument is a reference to an address. */
export function referring(stack: StackJson, type: string, argument: string, address: string): readonly Resource[] {
  const known = indices(stack);
  const key = `${type} ${argument}`;
  const index =
    known.get(key) ??
    groupedBy(resourcesOf(stack, type), ({ attributes }) => soleReference(attributes[argument])?.address);
  known.set(key, index);
  return index.get(address) ?? [];
}

/** Built on first use: a gateway with hundreds of methods looks up the integration of each. */
const indices = oncePerStack(() => new Map<string, ReadonlyMap<string | undefined, readonly Resource[]>>());

/** A value that is one text or a list of them. */
export function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Every text in a value that may be a text, a list of texts, or a map of them. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** The same value with each text in it replaced, and each key if there is a replacement for keys. */
export function withTexts(
  value: unknown,
  replace: (text: string) => string,
  replaceKey = (key: string): string => key,
): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, replace, replaceKey));
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [replaceKey(key), withTexts(item, replace, replaceKey)]);
  return Object.fromEntries(entries);
}

export function isFields(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Values that providers write for an unset argument. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Blocks that a synthesized stack writes as one block or several, and a plan as a list. */
export function blocksOf(value: unknown): readonly Attributes[] {
  return value === undefined || value === null ? [] : ([value].flat() as readonly Attributes[]);
}

function resourceAt(stack: StackJson, reference: Reference | undefined): Resource | undefined {
  const { resource: declared } = stack;
  if (reference?.type === EXISTING_SERVICE) return dataAt(stack, reference.type, reference.name);
  if (reference === undefined || !Object.hasOwn(declared, reference.type)) return undefined;
  const named = declared[reference.type] ?? {};
  const attributes = Object.hasOwn(named, reference.name) ? named[reference.name] : undefined;
  return attributes && resource(reference.type, reference.name, attributes, named);
}

function dataAt({ data }: StackJson, type: string, name: string): Resource | undefined {
  const asked = data?.google_cloud_run_v2_service ?? {};
  if (!Object.hasOwn(asked, name)) return undefined;
  const attributes = guaranteed(asked[name] ?? {}, data?.google_cloud_run_v2_service_iam_policy?.[name]);
  return resource(type, name, attributes, asked);
}

function resource(type: string, name: string, attributes: Attributes, among: Resource["among"] = {}): Resource {
  return { type, name, address: `${type}.${name}`, attributes, among };
}
