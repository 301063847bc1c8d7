import { type AccessPolicy, POLICY_FILE } from "../../../contract/policy-file";
import type { SynthesizedState } from "../model/state";
import { jsonIn } from "../terraform-json/json-text";
import { canonical, sortedBy, sortedKeys } from "../terraform-json/order";
import { soleReference } from "../terraform-json/references";
import { isEnvoyBootstrap } from "../terraform-json/secrets";
import type { Attributes } from "../terraform-json/stack-json";
import { setsOf } from "../types";

/**
 * The same state with keys, sets and lists of texts in one order, so that equal states have equal ledgers. Cached,
 * because one state is often compared with many others.
 */
export function normalized(state: SynthesizedState): SynthesizedState {
  const known = NORMALIZED.get(state) ?? inNormalOrder(state);
  NORMALIZED.set(state, known);
  return known;
}

const NORMALIZED = new WeakMap<SynthesizedState, SynthesizedState>();

function inNormalOrder({ stack, policy, ...rest }: SynthesizedState): SynthesizedState {
  const resource = mapped(stack.resource, (named, type) => {
    const rules = { sets: setsOf(type), path: "" };
    return mapped(named, (body) => namedById(orderedOnce(body, rules) as Attributes, type));
  });
  return {
    ...rest,
    stack: { ...stack, resource },
    ...(policy !== undefined && { policy: ordered(policy, EVERY_LIST_OF_TEXTS) as AccessPolicy }),
  };
}

/** Bodies of grants by the same body with the other name, so that two states share it. */
const BY_ID = new WeakMap<Attributes, Attributes>();

/** A Google grant names its object by the short or by the full name, which the provider compares as equal: by the full one. */
function namedById(body: Attributes, type: string): Attributes {
  const [, object] = /^(google_\w+)_iam_(?:binding|member|policy)$/.exec(type) ?? [];
  const argument = ["name", "secret_id", "topic"].find((each) => {
    const reference = soleReference(body[each]);
    return reference !== undefined && reference.type === object && /^(name|secret_id)$/.test(reference.attribute);
  });
  if (argument === undefined) return body;
  const known = BY_ID.get(body) ?? { ...body, [argument]: `\${${soleReference(body[argument])?.address}.id}` };
  BY_ID.set(body, known);
  return known;
}

/** Terraform allows a resource called `constructor`, so a lookup must not find inherited properties. */
function mapped<T, U>(fields: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> {
  const result: Record<string, U> = Object.create(null);
  for (const key of Object.keys(fields)) result[key] = map(fields[key] as T, key);
  return result;
}

/** Cached, because two states share the resources that are equal in both. */
const DONE = new WeakMap<object, unknown>();

function orderedOnce(body: Attributes, rules: Rules): unknown {
  const known = DONE.get(body);
  if (known !== undefined) return known;
  const inOrder = ordered(body, rules);
  DONE.set(body, inOrder);
  return inOrder;
}

interface Rules {
  /** Undefined: every list of texts is a set, as in policies. */
  readonly sets?: readonly string[];
  readonly path: string;
}

const EVERY_LIST_OF_TEXTS: Rules = { path: "" };

/** The value itself if it is already in order, as most of a big stack is. */
function ordered(value: unknown, rules: Rules): unknown {
  if (typeof value === "string") return orderedText(value);
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? orderedList(value, rules) : orderedFields(value as Attributes, rules);
}

function orderedList(list: readonly unknown[], rules: Rules): readonly unknown[] {
  if (list.length === 0) return list;
  const inside = list.map((item) => ordered(item, rules));
  const isSet =
    rules.sets === undefined ? inside.every((item) => typeof item === "string") : rules.sets.includes(rules.path);
  const items = isSet ? sortedBy(inside, canonical) : inside;
  return items.every((item, index) => item === list[index]) ? list : items;
}

function orderedFields(fields: Attributes, { sets, path }: Rules): Attributes {
  let last = "";
  let isSorted = true;
  let changed: Map<string, unknown> | undefined;
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    isSorted &&= last < key;
    last = key;
    // Most values are numbers and flags, or texts without a policy: they need no path.
    if (value === null || (typeof value !== "object" && typeof value !== "string")) continue;
    const item = ordered(
      value,
      sets === undefined ? EVERY_LIST_OF_TEXTS : { sets, path: path ? `${path}.${key}` : key },
    );
    if (item !== value) changed = (changed ?? new Map()).set(key, item);
  }
  if (isSorted && changed === undefined) return fields;
  return Object.fromEntries(sortedKeys(fields).map((key) => [key, changed?.has(key) ? changed.get(key) : fields[key]]));
}

/** Policies are JSON in a string. */
function orderedText(text: string): string {
  const json = jsonIn(text);
  // An Envoy is read only if its configuration is exactly what its policy compiles to.
  if (json === undefined || json.isAmbiguous || Array.isArray(json.value) || isEnvoyBootstrap(json.value)) return text;
  return JSON.stringify(ordered(json.value, EVERY_LIST_OF_TEXTS));
}

/** A resource, or another deployed part. */
export interface Part {
  /** Empty for a part that is not a resource. */
  readonly type: string;
  readonly attributes: Attributes;
}

/** Blocks that state how addresses change, not what is deployed. */
const NO_PARTS: readonly string[] = ["//", "moved", "import", "removed", "resource"];

/** Everything that is compared, by address: resources, provider settings, outputs, the backend, the authorizer's policy. */
export function partsOf({ stack, policy }: SynthesizedState): ReadonlyMap<string, Part> {
  const resources = Object.entries(stack.resource ?? {}).flatMap(([type, named]) =>
    Object.entries(named).map(([name, attributes]) => [`${type}.${name}`, { type, attributes }] as const),
  );
  const others = Object.entries(stack)
    .filter(([block]) => !NO_PARTS.includes(block))
    .flatMap(([block, content]) =>
      Object.entries(content as Attributes).map(
        ([name, value]) => [`${block}.${name}`, { type: "", attributes: { [name]: value } }] as const,
      ),
    );
  const rules = policy === undefined ? [] : ([[POLICY_FILE, { type: "", attributes: { ...policy } }]] as const);
  return new Map<string, Part>([...resources, ...others, ...rules]);
}

/** Arguments that only order an apply do not change what is deployed. */
export function clean(part: Pick<Part, "attributes"> | undefined): Attributes {
  const { depends_on, "//": comment, ...attributes } = part?.attributes ?? {};
  return attributes;
}
