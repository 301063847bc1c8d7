import { compareText } from "../terraform-json/order";
import { referencesIn, soleReference } from "../terraform-json/references";
import { hostIn } from "../terraform-json/rest-references";
import { type Attributes, isFields, type StackJson } from "../terraform-json/stack-json";
import { WRITTEN } from "../types";
import type { StateResource } from "./plan-json";
import { withinJson } from "./shape";

const IN_BRACES = /\$\{[^}]*\}/g;

/** A variable of a REST API's stage has the host of a service's URL. */
const STAGE_VARIABLES = "aws_api_gateway_stage.variables";

/** The target of a reference: `aws_iam_role.arn`. */
type Target = string;

/** Turns the literal values of a state back into the references of the configuration. */
export class References {
  private readonly targets = new Map<string, Set<Target>>();
  private readonly names = new Map<string, Names>();
  private readonly read = new Map<string, readonly Target[]>();
  private readonly values = new Map<Target, { readonly address: string; readonly value: string }[]>();

  constructor(configured: StackJson & { readonly output?: unknown }, state: readonly StateResource[]) {
    for (const [type, { refersTo }] of Object.entries(WRITTEN)) {
      for (const [name, targets] of Object.entries(refersTo)) this.targets.set(`${type}.${name}`, new Set(targets));
    }
    for (const [type, named] of Object.entries(configured.resource ?? {})) {
      for (const attributes of Object.values(named)) this.learn(type, attributes);
    }
    if (isFields(configured.output)) this.learn("output", configured.output);
    const wanted = new Map<string, Set<string>>();
    for (const target of [...this.targets.values()].flatMap((each) => [...each])) {
      const [type = "", attribute = ""] = target.split(".");
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
   * same name, `configured` decides: the attribute's value in the configuration.
   */
  restored(value: unknown, type: string, attribute: string, configured?: unknown): unknown {
    const names = this.namesFor(`${type}.${attribute}`);
    if (names.size === 0) return value;
    const written = JSON.stringify(configured ?? "");
    const chosen = (references: readonly string[]) =>
      references.find((reference) => written.includes(reference)) ?? references[0] ?? "";
    const same = this.resolvedTexts(configured);
    return withinJson(value, (text) => {
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
      const attribute = target.slice(target.indexOf(".") + 1);
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
