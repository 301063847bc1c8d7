import type { AccessPolicy } from "../../../contract/policy-file";
import { type Effect, GUARDS, type GuardChange } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { canonical, groupedBy } from "../terraform-json/order";
import {
  type Attributes,
  blocksOf,
  listOf,
  oncePerStack,
  type Resource,
  resourcesOf,
  type StackJson,
  withTexts,
} from "../terraform-json/stack-json";
import { typeOf } from "../types";
import { normalized } from "./normal";

/** An environment that is made again elsewhere or under other names, compared as if it had not moved. */
export interface Moved {
  /** One for each move, which says from where to where. */
  readonly guards: readonly GuardChange[];
  /** The state before, with the places and names of the state after. */
  readonly before: SynthesizedState;
}

/** By guard of a place: what no file can show about it, so that a person judges. `neither`: nothing. */
const EFFECTS: Readonly<Partial<Record<string, Effect>>> = {
  [GUARDS.account]: "unjudged",
  [GUARDS.project]: "unjudged",
};

/** Finds the moves of an environment, and applies them to the state before. */
export function asIfMoved(before: SynthesizedState, after: SynthesizedState): Moved {
  const places = placesOf(before.stack, after.stack);
  const there = withMoves(inPlaces(before, places), readdressed(before.stack, after.stack));
  const names = namesOf(there.stack, after.stack);
  const all = names.reduce(withName, there);
  const guards = [
    ...places.map(({ address, guard, from, to }) => moveOf(EFFECTS[guard] ?? "neither", address, guard, from, to)),
    ...linesOf(names),
    ...stateMoves(before.stack, after.stack, prefixOf(names) !== undefined),
  ];
  return { guards, before: all === before ? before : normalized(all) };
}

function moveOf(effect: Effect, address: string, guard: string, before: string, after: string): GuardChange {
  return { effect, address, guard, before, after };
}

interface PlaceMove {
  readonly address: string;
  readonly guard: string;
  readonly from: string;
  readonly to: string;
}

/** The attributes of a provider that say where its resources are. */
const PLACES = [
  { cloud: "aws", argument: "allowed_account_ids", guard: GUARDS.account },
  { cloud: "aws", argument: "region", guard: GUARDS.region },
  { cloud: "google", argument: "project", guard: GUARDS.project },
  { cloud: "google", argument: "region", guard: GUARDS.region },
] as const;

function placesOf(before: StackJson, after: StackJson): readonly PlaceMove[] {
  return PLACES.flatMap(({ cloud, argument, guard }) => {
    const [from, to] = [before, after].map(({ provider }) => {
      const blocks = blocksOf((provider as Readonly<Record<string, unknown>> | undefined)?.[cloud]);
      const values = blocks.length === 1 ? listOf(blocks[0]?.[argument]) : [];
      return values.length === 1 ? values[0] : undefined;
    });
    return from === undefined || to === undefined || from === to
      ? []
      : [{ address: `provider.${cloud}`, guard, from, to }];
  });
}

/** Whole words only: a project's id may be a part of other names. */
function wordOf(text: string): RegExp {
  return new RegExp(`(?<![\\w-])${text.replace(/[^\w]/g, "\\$&")}(?![\\w-])`, "g");
}

function replaced(state: SynthesizedState, moves: readonly PlaceMove[]): SynthesizedState {
  const words = moves.map(({ from, to }) => [wordOf(from), to] as const);
  const texts = (text: string) => words.reduce((done, [word, to]) => done.replace(word, () => to), text);
  return withTexts(state, texts) as SynthesizedState;
}

/** The state in other places. Another region changes the resources of its own cloud alone. */
function inPlaces(state: SynthesizedState, moves: readonly PlaceMove[]): SynthesizedState {
  const [regions, owners] = [true, false].map((wanted) =>
    moves.filter(({ guard }) => (guard === GUARDS.region) === wanted),
  ) as [PlaceMove[], PlaceMove[]];
  return regions.reduce(inRegion, owners.length === 0 ? state : replaced(state, owners));
}

/** Other texts may have a region as well, such as the address of an issuer: another one is another issuer. */
function inRegion({ stack, policy, ...rest }: SynthesizedState, { address, from, to }: PlaceMove): SynthesizedState {
  const cloud = address === "provider.aws" ? "aws" : "google";
  const hosts = resourcesOf(stack, "aws_cognito_user_pool_domain").flatMap(({ attributes: { domain } }) =>
    SUBDOMAIN.test(domain) ? [[signInHost(domain, from), signInHost(domain, to)] as const] : [],
  );
  const texts = (text: string) =>
    cloud === "aws" ? hosts.reduce((done, [was, is]) => done.replaceAll(was, () => is), text) : text;
  const moved = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return REGION.includes(key) && value === from ? to : texts(value);
    if (Array.isArray(value)) return value.map((each) => moved(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, moved(inner, name)]));
  };
  const resource = Object.fromEntries(
    Object.entries(stack.resource).map(([type, named]) => [type, type.startsWith(`${cloud}_`) ? moved(named) : named]),
  ) as StackJson["resource"];
  const provider = { ...stack.provider, [cloud]: moved(stack.provider[cloud]) } as StackJson["provider"];
  return {
    ...rest,
    stack: { ...stack, resource, provider },
    ...(policy !== undefined && { policy: cloud === "aws" ? inOwnRegion(policy, from, to) : policy }),
  };
}

/** The policy names the region in which its functions call AWS. */
function inOwnRegion(policy: AccessPolicy, from: string, to: string): AccessPolicy {
  const { aws } = policy as AccessPolicy & { readonly aws?: { readonly region?: unknown } };
  return aws?.region === from ? ({ ...policy, aws: { ...aws, region: to } } as AccessPolicy) : policy;
}

/** Arguments that are a region. */
const REGION: readonly string[] = ["location", "region"];

/** The own part of the address of a user pool's sign-in pages. Any other text could name another host. */
export const SUBDOMAIN = /^[a-z0-9-]+$/;

function signInHost(domain: string, region: string): string {
  return `https://${domain}.auth.${region}.amazoncognito.com/`;
}

/** A resource that is made again under another name. */
interface NameMove {
  readonly type: string;
  readonly address: string;
  readonly from: string;
  readonly to: string;
}

/** The attribute with a resource's name. A URL or a statement identifies something that others own. */
function nameIn(type: string): string | undefined {
  if (type === "aws_cognito_user_pool_client") return "name";
  const attribute = typeOf(type).named?.[1];
  return attribute === "url" ? undefined : attribute;
}

/** Types whose names stacks never write in grants, so that any other name opens nothing: the text before a name in one. */
const NAMELESS: Readonly<Record<string, string>> = {
  google_iam_workload_identity_pool: "workloadIdentityPools/",
  google_secret_manager_secret: "secrets/",
};

/** The resources with another name: all of the environment under another prefix, or one that no grant elsewhere names. */
function namesOf(before: StackJson, after: StackJson): readonly NameMove[] {
  const [changed, kept] = [true, false].map((isChanged) =>
    resourcesOf(before, /./).flatMap(({ type, name, address, attributes }): readonly NameMove[] => {
      const attribute = nameIn(type) ?? "";
      const [from, to] = [attributes, after.resource[type]?.[name]].map((each) => each?.[attribute]);
      const areNames = [from, to].every((each) => typeof each === "string" && !/[$%]\{/.test(each));
      return areNames && (from !== to) === isChanged ? [{ type, address, from, to }] : [];
    }),
  ) as [NameMove[], NameMove[]];
  const prefix = prefixOf(changed);
  // What has the new name already may be granted something that the resource gets with its name.
  const texts = changed.length === 0 ? "" : JSON.stringify(before);
  const isWhole =
    prefix !== undefined &&
    kept.every(({ type, from }) => !IDENTITIES.includes(type) && withPrefix(from, prefix) === from) &&
    withPrefix(texts, [prefix[1], ""]) === texts;
  return changed.filter(({ type, from, to }) => {
    const before = NAMELESS[type];
    if (before !== undefined && !texts.includes(before)) return true;
    return isWhole && withPrefix(from, prefix) === to && !wordOf(to).test(texts);
  });
}

/** Types that grants name. All of them have the environment's prefix, so one that keeps its name has another prefix. */
const IDENTITIES: readonly string[] = ["aws_iam_role", "google_service_account"];

type Prefix = readonly [from: string, to: string];

/** The shortest name that changes, if others start with it: that of the environment. */
function prefixOf(names: readonly NameMove[]): Prefix | undefined {
  const [shortest, ...others] = [...names].sort((a, b) => a.from.length - b.from.length);
  if (shortest === undefined || others.length === 0) return undefined;
  const prefix: Prefix = [shortest.from, shortest.to];
  return others.every(({ from, to }) => withPrefix(from, prefix) === to) ? prefix : undefined;
}

/** A name with another prefix: `shop-dev-orders`, `/aws/lambda/shop-dev-orders`, `shop_dev_release`. */
function withPrefix(name: string, [from, to]: Prefix): string {
  const [low, other] = [from, to].map((each) => each.replaceAll("-", "_")) as [string, string];
  const starts = (prefix: string) => new RegExp(`(?<![\\w-])${prefix.replace(/[^\w]/g, "\\$&")}(?![A-Za-z0-9])`);
  return name.replace(starts(from), () => to).replace(starts(low), () => other);
}

/** The state with another name of a resource, also in ARNs, addresses and audiences that are made from it. */
function withName(state: SynthesizedState, { type, address, from, to }: NameMove): SynthesizedState {
  const name = address.slice(type.length + 1);
  const attribute = nameIn(type) ?? "";
  const body = { ...state.stack.resource[type]?.[name], [attribute]: to };
  const resource = { ...state.stack.resource, [type]: { ...state.stack.resource[type], [name]: body } };
  const moved = { ...state, stack: { ...state.stack, resource } };
  const forms = QUALIFIED[type] ?? [];
  const at = placeIn(state.stack);
  const texts = forms.map((form) => [wholeName(form(from, at)), form(to, at)] as const);
  const renamed = (text: string) => texts.reduce((done, [was, is]) => done.replace(was, () => is), text);
  return texts.length === 0 ? moved : (withTexts(moved, renamed) as SynthesizedState);
}

/** A qualified name that is no part of a longer one, of a path or of a pattern. Sessions follow the name of their role. */
function wholeName(text: string): RegExp {
  const more = `[\\w+=,.@*?:-]${text.includes(":assumed-role/") ? "" : "|/"}`;
  return new RegExp(`(?<![\\w-])${text.replace(/[^\w]/g, "\\$&")}(?!${more})`, "g");
}

interface OwnPlace {
  readonly account: string;
  readonly project: string;
}

const placeIn = oncePerStack(({ provider }): OwnPlace => {
  const { aws, google } = provider as Readonly<Record<string, unknown>>;
  return {
    account: listOf(blocksOf(aws)[0]?.allowed_account_ids)[0] ?? "",
    project: String(blocksOf(google)[0]?.project),
  };
});

/** The texts that name a resource, by its type. */
const QUALIFIED: Readonly<Record<string, readonly ((name: string, at: OwnPlace) => string)[]>> = {
  aws_iam_role: [
    (name, { account }) => `arn:aws:iam::${account}:role/${name}`,
    (name, { account }) => `arn:aws:sts::${account}:assumed-role/${name}`,
  ],
  google_service_account: [(name, { project }) => `${name}@${project}.iam.gserviceaccount.com`],
  google_cloud_run_v2_service: [(name, { project }) => `https://${name}.${project}.internal`],
};

/** One line for the environment's prefix, or for each resource. */
function linesOf(names: readonly NameMove[]): readonly GuardChange[] {
  const prefix = prefixOf(names);
  if (prefix !== undefined) return [moveOf("neither", "name", GUARDS.name, ...prefix)];
  return names.map(({ address, from, to }) => moveOf("neither", address, GUARDS.name, from, to));
}

/** The parts of a backend that say where the state is. Who can read it there is in no file, except within one bucket. */
const BACKENDS: Readonly<Record<string, Readonly<Record<string, Effect>>>> = {
  s3: { bucket: "unjudged", key: "neither", region: "neither" },
  local: { path: "unjudged" },
};

/** Whether a move reports this path of `terraform.backend`. */
export function isPlaceOfState(path: string, before: unknown, after: unknown): boolean {
  const [, kind = "", argument] = path.split(".");
  const known = BACKENDS[kind];
  if (known === undefined) return false;
  if (argument !== undefined) return Object.hasOwn(known, argument);
  return [before, after].every((block) =>
    Object.keys(Object(block)).every((name) => Object.hasOwn({ ...known, ...SAFE }, name)),
  );
}

/** Arguments that every state of this program has. */
const SAFE = { encrypt: true, use_lockfile: true };

/** @param isRenamed whether the environment has another name, which is in the key. Any other key may have other readers. */
function stateMoves(before: StackJson, after: StackJson, isRenamed: boolean): readonly GuardChange[] {
  const [from, to] = [before, after].map((stack) => placeOfState(stack));
  if (from === undefined || to === undefined || canonical(from) === canonical(to)) return [];
  const names = Object.keys({ ...from, ...to }).filter((name) => from[name] !== to[name]);
  const isOpen =
    (names.includes("key") && !isRenamed) ||
    names.some((name) => Object.values(BACKENDS).some((known) => known[name] === "unjudged"));
  const [was = "", is = ""] = [from, to].map((place) =>
    Object.entries(place)
      .map((each) => each.join(" "))
      .join(", "),
  );
  return [moveOf(isOpen ? "unjudged" : "neither", "terraform.backend", GUARDS.state, was, is)];
}

function placeOfState({
  terraform,
}: StackJson & { readonly terraform?: unknown }): Readonly<Record<string, unknown>> | undefined {
  const [kind, ...others] = Object.entries(blocksOf(blocksOf(terraform)[0]?.backend)[0] ?? {});
  if (kind === undefined || others.length > 0) return undefined;
  const [block = {}] = blocksOf(kind[1]);
  const known = Object.entries(block).filter(([name]) => Object.hasOwn(BACKENDS[kind[0]] ?? {}, name));
  return Object.fromEntries(known.sort());
}

/**
 * The state as if every moved resource had always been at its new address, including references to it. So a rename
 * alone is not a change.
 */
export function withMoves(state: SynthesizedState, moves: ReadonlyMap<string, string>): SynthesizedState {
  if (moves.size === 0) return state;
  const resource: Record<string, Record<string, Attributes>> = {};
  for (const [type, named] of Object.entries(state.stack.resource)) {
    for (const [name, attributes] of Object.entries(named)) {
      // In a module, the name is a whole address, with dots.
      const [, newType = type, newName = name] = /^([^.]*)\.(.*)$/.exec(moves.get(`${type}.${name}`) ?? "") ?? [];
      resource[newType] = { ...resource[newType], [newName]: attributes };
    }
  }
  const stack = withTexts({ ...state.stack, resource }, (text) => renamed(text, moves));
  const envoy = withTexts(state.envoy, (text) => renamed(text, moves)) as SynthesizedState["envoy"];
  return { ...state, stack: stack as SynthesizedState["stack"], ...(envoy && { envoy }) };
}

/** `${type.name.attribute}` in any text, and `type.name` as a whole text. */
function renamed(text: string, moves: ReadonlyMap<string, string>): string {
  return (
    moves.get(text) ??
    text.replace(/([a-z0-9_]+\.[A-Za-z0-9_-]+)(?=\.[a-z0-9_]+)/g, (found, address: string, at: number) =>
      isReference(text, at) ? (moves.get(address) ?? found) : found,
    )
  );
}

/** Whether a place in a text is within `${…}`. */
function isReference(text: string, at: number): boolean {
  const open = text.lastIndexOf("${", at);
  return open >= 0 && text.lastIndexOf("}", at) < open;
}

/**
 * The resources that have another address and no `moved` block, by their names: Terraform makes each again, so that its
 * protections and unread attributes must be compared with those of its predecessor.
 */
function readdressed(before: StackJson, after: StackJson): ReadonlyMap<string, string> {
  const moves = Object.keys(after.resource).flatMap((type) => {
    const attribute = typeOf(type).named?.[1];
    if (attribute === undefined) return [];
    const [gone, made] = [
      [before, after],
      [after, before],
    ].map(([one, other]) =>
      groupedBy(
        resourcesOf(one as StackJson, type).filter(({ name }) => other?.resource[type]?.[name] === undefined),
        ({ attributes }) => String(attributes[attribute]),
      ),
    ) as [Grouped, Grouped];
    return [...gone].flatMap(([name, olds]) => {
      const news = made.get(name) ?? [];
      return olds.length === 1 && news.length === 1 ? [[olds[0]?.address ?? "", news[0]?.address ?? ""] as const] : [];
    });
  });
  return new Map(moves);
}

type Grouped = ReadonlyMap<string, readonly Resource[]>;
