import type { Fact, Named } from "../model/fact";
import { isReferenceTo } from "../terraform-json/references";
import {
  firstReferred,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { typeOf } from ".";

/** A resource by its own name; also by its address if another one has that name, and by the address alone without one. */
export function named({ type, address, attributes, among = {} }: Resource): Fact<"resource"> {
  const attribute = typeOf(type).named?.[1];
  if (attribute === undefined) return { kind: "resource", type: "", name: address };
  const name = String(attributes[attribute]);
  return { kind: "resource", type, name, ...(sharedNames(among, attribute).has(name) && { address }) };
}

/** The names that several resources of one type have. */
function sharedNames(among: NonNullable<Resource["among"]>, attribute: string): ReadonlySet<string> {
  const known = shared.get(among);
  if (known !== undefined) return known;
  const names = Object.values(among).map((each) => String(each[attribute]));
  const found = new Set(names.filter((name, at) => names.indexOf(name) < at));
  shared.set(among, found);
  return found;
}

const shared = new WeakMap<object, ReadonlySet<string>>();

/** An API; without one, an API of another stack. */
export function apiOf(api: Resource | undefined, kind: "HTTP" | "REST"): Fact<"resource" | "missing-api"> {
  return api === undefined ? { kind: "missing-api", isRest: kind === "REST" } : named(api);
}

/** A text of the stack. If it is one reference, the resource that it refers to. */
export function readable(stack: StackJson, text: unknown): Named {
  const parts: (string | Fact<"resource">)[] = [];
  for (const part of String(text).split(/(\$\{[^}]+\})/)) {
    const resource = part.startsWith("${") ? firstReferred(stack, part) : undefined;
    const last = parts.at(-1);
    if (resource !== undefined) parts.push(named(resource));
    else if (typeof last === "string") parts[parts.length - 1] = last + part;
    else if (part !== "") parts.push(part);
  }
  const [only, ...more] = parts;
  return typeof only === "object" && more.length === 0 ? only : { kind: "text", parts };
}

export function plain(text: unknown): Fact<"text"> {
  return { kind: "text", parts: [String(text)] };
}

/** The ARN of a role in this account as that role, so that permission and trust read alike; any other text unchanged. */
export function ownRole({ provider }: StackJson, text: Named): Named {
  const [, account = "", name = ""] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(soleText(text) ?? "") ?? [];
  const accounts = (provider.aws ?? []).flatMap(({ allowed_account_ids }) => listOf(allowed_account_ids));
  return accounts.includes(account) ? { kind: "resource", type: "aws_iam_role", name } : text;
}

/** The text, if no part of it is a resource. */
export function soleText(named: Named): string | undefined {
  if (named.kind === "resource") return undefined;
  const [only, ...more] = named.parts;
  return typeof only === "string" && more.length === 0 ? only : undefined;
}

/** An issuer by its user pool, if its URL is that of a pool of the stack. */
export function issuerName(stack: StackJson, url: unknown): Named {
  const endpoint = /^https:\/\/(.*)$/.exec(String(url))?.[1];
  const pool = isReferenceTo(endpoint, "aws_cognito_user_pool.endpoint") ? referred(stack, endpoint) : undefined;
  return pool === undefined ? readable(stack, url) : named(pool);
}

/** The resources that the first stack has and the second lacks. */
export function goneFrom(before: StackJson, after: StackJson): readonly Fact<"resource">[] {
  const there = new Set(resourcesOf(after, /./).map((each) => key(named(each))));
  return resourcesOf(before, /./)
    .map(named)
    .filter((each) => !there.has(key(each)));
}

function key({ type, name }: Fact<"resource">): string {
  return `${type} ${name}`;
}
