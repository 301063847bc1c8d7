import { type IgnoredChanges, recordedChanges, withRecorded } from "../terraform-json/ignored-changes";
import { canonical, compareText } from "../terraform-json/order";
import { referencesIn, soleReference } from "../terraform-json/references";
import { hostIn } from "../terraform-json/rest-references";
import { type Attributes, isFields, isUnset, type StackJson } from "../terraform-json/stack-json";
import { TARGETS } from "../types";
import { existingServicesOf, type PlanJson, type PlannedChange, type StateResource, stateOf } from "./plan-json";
import { collected, fieldsOf, own, shaped, withinJson, withoutSensitive } from "./shape";

type Configured = StackJson & { readonly [block: string]: unknown };

/**
 * The deployed resources, in the form of a synthesized stack, so that both have a ledger. An attribute that the plan
 * does not change reads as the configuration writes it. Any other is the state's value, with its literals turned back
 * into references.
 */
export class Deployed {
  readonly stack: Configured;
  private readonly references: References;
  /** By address. */
  private readonly planned: ReadonlyMap<string, PlannedChange>;
  /** What the last apply left to others; undefined if that is unknown. */
  private readonly ignored: IgnoredChanges | undefined;
  /** By type and attribute. */
  private readonly likes = new Map<string, unknown>();

  constructor(
    plan: PlanJson,
    private readonly configured: Configured,
    changes: readonly PlannedChange[],
    /** The synthesis that was deployed, if it is known. */
    private readonly synthesized: StackJson,
  ) {
    const state = stateOf(plan);
    this.ignored = recordedChanges(plan.prior_state?.values?.outputs, synthesized);
    this.references = new References(configured, [...state, ...existingServicesOf(plan)]);
    this.planned = new Map(changes.filter(({ deposed }) => deposed === undefined).map((each) => [each.address, each]));
    const bodies = state.map((each) => [each.type, nameOf(each), this.attributesOf(each)] as const);
    this.stack = { ...configured, resource: collected(bodies) };
  }

  /**
   * Returns a value of the state as the configuration would write it.
   *
   * @param like a value of the same form
   * @param written the value that was deployed, if it is known: several references may have the same value
   */
  inWords(value: unknown, type: string, attribute: string, like: unknown, written?: unknown): unknown {
    return this.references.restored(shaped(value, like, attribute), type, attribute, [like, written]);
  }

  /** Returns attributes of an object as the configuration would write them, without unset and hidden ones. */
  written({ type, address }: Pick<StateResource, "type" | "address">, values: Attributes, marks: unknown): Attributes {
    const planned = this.planned.get(address);
    const name = nameOf({ type, address });
    const body = own(own(this.configured.resource, type), name);
    const known = own(own(this.synthesized.resource, type), name);
    const [next, unknown] = [fieldsOf(planned?.change.after), fieldsOf(planned?.change.after_unknown)];
    const masked = withoutMarked(type, values, marks, "(hidden)");
    const attributes = Object.entries(values).flatMap<readonly [string, unknown]>(([name, value]) => {
      const isDeclared = body !== undefined && Object.hasOwn(body, name);
      if (isDeclared && planned !== undefined && staysAsItIs(value, own(next, name), own(unknown, name))) {
        return [[name, body[name]]];
      }
      if (isUnset(value) || value === "" || masked[name] === "(hidden)") return [];
      const like = body?.[name] ?? this.likeOf(type, name);
      return [[name, this.inWords(masked[name], type, name, like, known?.[name])]];
    });
    return Object.fromEntries(attributes);
  }

  private attributesOf(found: StateResource): Attributes {
    const planned = this.planned.get(found.address);
    const body = own(own(this.configured.resource, found.type), nameOf(found));
    const actions = planned?.change.actions.join("+");
    const known = own(own(this.synthesized.resource, found.type), nameOf(found));
    // A state does not contain Terraform's own arguments. If they are unknown, the new ones are assumed.
    const written = known === undefined ? body?.lifecycle : known.lifecycle;
    const lifecycle = this.ignored ? withRecorded(written, own(this.ignored, found.address)) : written;
    const kept = lifecycle === undefined ? {} : { lifecycle };
    if (body !== undefined && actions === "no-op") {
      // The same object if nothing differs, so that results computed from it are cached.
      if (canonical(lifecycle) === canonical(body.lifecycle)) return body;
      const { lifecycle: _, ...rest } = body;
      return { ...rest, ...kept };
    }
    const { before = found.values, after, before_sensitive, after_unknown } = planned?.change ?? {};
    const [next, unknown] = [fieldsOf(after), fieldsOf(after_unknown)];
    const values = Object.entries(fieldsOf(before)).filter(([name, value]) => {
      if (body !== undefined && Object.hasOwn(body, name)) return true;
      const isPlanned = body !== undefined && planned !== undefined;
      if (isPlanned && staysAsItIs(value, own(next, name), own(unknown, name))) return false;
      if (own(known, name) !== undefined) return true;
      if (MIRRORS.includes(`${found.type}.${name}`)) return false;
      // An attribute declared neither now nor when it was deployed: the provider computes it again.
      return body === undefined || own(unknown, name) !== true;
    });
    const marks = isFields(before_sensitive) ? before_sensitive : found.sensitive_values;
    return { ...this.written(found, Object.fromEntries(values), marks), ...kept };
  }

  /** Another object's value of this attribute, as an example of its form if this object is no longer declared. */
  private likeOf(type: string, attribute: string): unknown {
    const key = `${type}.${attribute}`;
    if (!this.likes.has(key)) {
      const bodies = Object.values(this.configured.resource[type] ?? {});
      this.likes.set(key, bodies.find((body) => attribute in body)?.[attribute]);
    }
    return this.likes.get(key);
  }
}

/**
 * Values that are marked as sensitive but read by the ledger: a configuration that is in Secret Manager only for its
 * length, and the name by which a caller's usage is counted, which opens nothing. Every output masks them.
 */
const READ = ["google_secret_manager_secret_version.secret_data", "aws_api_gateway_api_key.value"];

/**
 * The attributes of an object, with a text in place of each value that Terraform marks as sensitive, because rows and
 * guards quote what they read. The old and the new value get different texts, so that their change stays in doubt.
 *
 * @param marks `before_sensitive`, `after_sensitive` or `sensitive_values`
 */
export function withoutMarked(type: string, values: Attributes, marks: unknown, text: string): Attributes {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (READ.includes(`${type}.${name}`)) return [name, value];
      return [name, withoutSensitive(value, marks === true ? true : own(fieldsOf(marks), name), () => text)];
    }),
  );
}

/** Stands for a sensitive value of the planned result. */
export const NEW_VALUE = "(a new hidden value)";

/** Attributes in which a state repeats the grants of other objects to a role. Those objects are read. */
const MIRRORS = ["aws_iam_role.inline_policy", "aws_iam_role.managed_policy_arns"];

function staysAsItIs(before: unknown, after: unknown, unknown: unknown): boolean {
  return !anyUnknown(unknown) && canonical(before ?? null) === canonical(after ?? null);
}

export function anyUnknown(marks: unknown): boolean {
  if (marks === true) return true;
  if (Array.isArray(marks)) return marks.some(anyUnknown);
  return isFields(marks) && Object.values(marks).some(anyUnknown);
}

/** `callers` of `aws_iam_role.callers`; the rest of an address with modules or keys. */
export function nameOf({ address, type }: { readonly address: string; readonly type: string }): string {
  return address.startsWith(`${type}.`) ? address.slice(type.length + 1) : address;
}

const IN_BRACES = /\$\{[^}]*\}/g;

/** A variable of a REST API's stage has the host of a service's URL. */
const STAGE_VARIABLES = "aws_api_gateway_stage.variables";

/** The target of a reference: `aws_iam_role.arn`. */
type Target = string;

/** The last part is the attribute: the type of a data source has a dot. */
function partsOf(target: Target): readonly [type: string, attribute: string] {
  const at = target.lastIndexOf(".");
  return [target.slice(0, at), target.slice(at + 1)];
}

/** Turns the literal values of a state back into the references of the configuration. */
export class References {
  private readonly targets = new Map<string, Set<Target>>();
  private readonly names = new Map<string, Names>();
  private readonly read = new Map<string, readonly Target[]>();
  private readonly values = new Map<Target, { readonly address: string; readonly value: string }[]>();

  constructor(configured: StackJson & { readonly output?: unknown }, state: readonly StateResource[]) {
    for (const [type, refersTo] of Object.entries(TARGETS)) {
      for (const [name, targets] of Object.entries(refersTo)) this.targets.set(`${type}.${name}`, new Set(targets));
    }
    for (const [type, named] of Object.entries(configured.resource ?? {})) {
      for (const attributes of Object.values(named)) this.learn(type, attributes);
    }
    if (isFields(configured.output)) this.learn("output", configured.output);
    const wanted = new Map<string, Set<string>>();
    for (const target of [...this.targets.values()].flatMap((each) => [...each])) {
      const [type, attribute] = partsOf(target);
      wanted.set(type, (wanted.get(type) ?? new Set()).add(attribute));
    }
    for (const { address, type, values } of state) {
      for (const attribute of wanted.get(type) ?? []) {
        const value = values?.[attribute];
        if (typeof value !== "string" || value === "") continue;
        const target = `${type}.${attribute}`;
        const known = this.values.get(target) ?? [];
        known.push({ address, value });
        this.values.set(target, known);
      }
    }
  }

  private learn(type: string, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      // A write-only value is in no state, and its target may be a secret, which is not a name.
      if (name.endsWith("_wo")) continue;
      const found = referring(value);
      if (found.length === 0) continue;
      const key = `${type}.${name}`;
      const targets = this.targets.get(key) ?? new Set();
      this.targets.set(key, targets);
      for (const text of found) for (const target of this.targetsIn(text)) targets.add(target);
    }
  }

  /**
   * A value of one attribute in which each text that names another object is a reference to it. If two objects have the
   * same name, `configured` decides: the attribute's values in configurations.
   */
  restored(value: unknown, type: string, attribute: string, configured: readonly unknown[] = []): unknown {
    const names = this.namesFor(`${type}.${attribute}`);
    if (names.size === 0) return value;
    const written = JSON.stringify(configured);
    const chosen = (references: readonly string[]) =>
      references.find((reference) => written.includes(reference)) ?? references[0] ?? "";
    const same = this.resolvedTexts(configured);
    return withNames(value, configured, (text) => {
      const whole = names.get(text);
      return same.get(text) ?? (whole === undefined ? withReferences(text, names, chosen) : chosen(whole));
    });
  }

  /** The texts of a configuration by their values in the state: several texts may have the same value. */
  private resolvedTexts(configured: unknown): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    withinJson(configured, (text) => {
      const resolved = text.replace(IN_BRACES, (braces) => this.valueOf(braces) ?? braces);
      if (resolved !== text && !resolved.includes("${")) found.set(resolved, text);
      return text;
    });
    return found;
  }

  private valueOf(braces: string): string | undefined {
    const reference = soleReference(braces);
    if (reference === undefined || braces !== `\${${reference.address}.${reference.attribute}}`) return undefined;
    const known = this.values.get(`${reference.type}.${reference.attribute}`);
    return known?.find(({ address }) => address === reference.address)?.value;
  }

  /** Cached, because a stack repeats most of its texts. */
  private targetsIn(text: string): readonly Target[] {
    const known = this.read.get(text) ?? referencesIn(text).map(({ type, attribute }) => `${type}.${attribute}`);
    this.read.set(text, known);
    return known;
  }

  /** The names that a text of this attribute may contain, longest first, because an ARN contains other names. */
  private namesFor(key: string): Names {
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const found = new Map<string, string[]>();
    for (const target of this.targets.get(key) ?? []) {
      const [, attribute] = partsOf(target);
      for (const { address, value } of this.values.get(target) ?? []) {
        // A very short text, such as a function's version, identifies nothing.
        if (value.length < 2) continue;
        const isHost = key === STAGE_VARIABLES && value.startsWith("https://");
        const name = isHost ? value.slice("https://".length) : value;
        const references = found.get(name) ?? [];
        references.push(isHost ? hostIn(`${address}.${attribute}`) : `\${${address}.${attribute}}`);
        found.set(name, references);
      }
    }
    const sorted = new Map([...found].sort(([a], [b]) => b.length - a.length || compareText(a, b)));
    this.names.set(key, sorted);
    return sorted;
  }
}

/**
 * A value with its texts replaced, except those that a configuration has in the same place: a short one, such as `1`, may
 * also be the value of a reference elsewhere.
 */
function withNames(value: unknown, configured: readonly unknown[], replace: (text: string) => string): unknown {
  if (typeof value === "string") return configured.includes(value) ? value : withinJson(value, replace);
  const inner = (pick: (like: unknown) => unknown, item: unknown) => withNames(item, configured.map(pick), replace);
  if (Array.isArray(value)) return value.map((item, at) => inner((like) => [like].flat()[at], item));
  if (!isFields(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, inner((like) => own(fieldsOf(like), key), item)]));
}

/** By the text in a state, the references that may represent it. */
type Names = ReadonlyMap<string, readonly string[]>;

function withReferences(text: string, names: Names, chosen: (references: readonly string[]) => string): string {
  let parts: readonly { readonly text: string; readonly done: boolean }[] = [{ text, done: false }];
  for (const [literal, references] of names) {
    if (!text.includes(literal)) continue;
    parts = parts.flatMap((part) => (part.done ? [part] : split(part.text, literal, chosen(references))));
  }
  return parts.map((part) => part.text).join("");
}

/** Matches whole words only: the id `4c5` is not in `4c56`. */
function split(text: string, literal: string, reference: string) {
  const parts: { text: string; done: boolean }[] = [];
  let from = 0;
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
    const end = at + literal.length;
    if (at < from || isInWord(text[at - 1]) || isInWord(text[end])) continue;
    parts.push({ text: text.slice(from, at), done: false }, { text: reference, done: true });
    from = end;
  }
  return [...parts, { text: text.slice(from), done: false }];
}

function isInWord(sign: string | undefined): boolean {
  return sign !== undefined && /[\w-]/.test(sign);
}

/** Every text in a value that has braces. */
function referring(value: unknown): readonly string[] {
  if (typeof value === "string") return value.includes("${") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(referring);
}
