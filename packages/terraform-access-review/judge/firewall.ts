import type { GuardChange } from "../model/change";
import { canonical } from "../terraform-json/order";
import { referencesIn } from "../terraform-json/references";
import { abridged } from "../terraform-json/sha256";
import {
  type Attributes,
  blocksOf,
  listOf,
  oncePerStack,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../terraform-json/stack-json";

const ACL = "aws_wafv2_web_acl";

/**
 * What a rule does with a request that it matches, from weak to strong. `allow` lets it past all later rules. AWS's managed
 * rules block by themselves with `none`.
 */
const ACTIONS = ["allow", "count", "none", "block"] as const;

interface FirewallChanges {
  readonly guards: readonly GuardChange[];
  /** Addresses of the firewalls and IP sets that differ only in what the guards report. */
  readonly read: ReadonlySet<string>;
}

/**
 * Rules of web ACLs that are added or removed, that match other requests, or that decide otherwise on them. A firewall with
 * any other difference stays unread: a statement that is not known here, or a priority.
 */
export function firewallChanges(before: StackJson, after: StackJson): FirewallChanges {
  const guards: GuardChange[] = [];
  const read = new Set<string>();
  for (const { address, name, attributes } of resourcesOf(after, ACL)) {
    guards.push(...inspectionChange(address, before.resource[ACL]?.[name], attributes));
    const [was, is] = [before, after].map((stack) => rulesOf(stack).get(name));
    if (was === undefined || is === undefined || canonical([...was]) === canonical([...is])) continue;
    const found = changesOf(address, was, is);
    if (found === undefined) continue;
    guards.push(...found);
    read.add(address);
  }
  const sets = read.size === 0 ? [] : resourcesOf(after, "aws_wafv2_ip_set").map(({ address }) => address);
  const own = sets.filter((set) => [before, after].every((stack) => isNamedByOnly(stack, set, read)));
  return { guards, read: new Set([...read, ...own]) };
}

/** Kilobytes of a body that AWS WAF inspects in front of API Gateway. Without an argument: the first. */
const LIMITS = ["KB_16", "KB_32", "KB_48", "KB_64"] as const;
const INSPECTED = "association_config.request_body.api_gateway.default_size_inspection_limit";

/** How much of a body the rules inspect: all of it if a rule blocks longer ones. */
function inspectionChange(address: string, was: Attributes | undefined, is: Attributes): readonly GuardChange[] {
  if (was === undefined || was === is) return [];
  const [before, after] = [limitIn(was), limitIn(is)];
  if (before === after) return [];
  const [from, to] = [inspectedIn(was), inspectedIn(is)];
  if (from === to) return [];
  // An unknown word may be any size.
  return [{ effect: to > from ? "narrowed" : "broadened", address, guard: INSPECTED, before, after }];
}

function limitIn({ association_config }: Attributes): string {
  const [body] = blocksOf(blocksOf(association_config)[0]?.request_body);
  return String(blocksOf(body?.api_gateway)[0]?.default_size_inspection_limit ?? LIMITS[0]);
}

/** In bytes. */
function inspectedIn(acl: Attributes): number {
  const limit = (LIMITS.indexOf(limitIn(acl) as (typeof LIMITS)[number]) + 1 || Number.NaN) * 16 * 1024;
  const longest = blocksOf(acl.rule).flatMap(({ action, statement }) => {
    const [size] = blocksOf(blocksOf(statement)[0]?.size_constraint_statement);
    const [body] = blocksOf(blocksOf(size?.field_to_match)[0]?.body);
    const blocks = blocksOf(action)[0]?.block !== undefined && body?.oversize_handling === "MATCH";
    return blocks && size?.comparison_operator === "GT" ? [Number(size.size)] : [];
  });
  return longest.some((bytes) => bytes <= limit) ? Number.POSITIVE_INFINITY : limit;
}

interface Rule {
  /** Undefined if it is none of `ACTIONS`, or an action with settings. */
  readonly action: (typeof ACTIONS)[number] | undefined;
  /** Which requests it matches, with the networks in place of IP sets. */
  readonly statement: Attributes;
  /** Everything else. */
  readonly rest: Attributes;
}

type Rules = ReadonlyMap<string, Rule>;

/** By name of the web ACL in the stack. Without an entry: two of its rules have one name, so which one decides is unknown. */
const rulesOf = oncePerStack((stack): ReadonlyMap<string, Rules> => {
  const acls = resourcesOf(stack, ACL).flatMap(({ name, attributes: { rule } }) => {
    const rules = new Map(blocksOf(rule).map((body) => [String(body.name), ruleOf(stack, body)]));
    return rules.size === blocksOf(rule).length ? [[name, rules] as const] : [];
  });
  return new Map(acls);
});

function ruleOf(stack: StackJson, { action, override_action, statement, ...rest }: Attributes): Rule {
  const [[only, settings] = [], ...others] = Object.entries({
    ...blocksOf(action)[0],
    ...blocksOf(override_action)[0],
  });
  const isPlain = others.length === 0 && canonical([settings ?? {}].flat()) === canonical([{}]);
  const [matched = {}] = blocksOf(statement);
  return {
    action: isPlain && !mayAdmit(matched, String(only)) ? ACTIONS.find((each) => each === only) : undefined,
    statement: withNetworks(stack, matched) as Attributes,
    rest,
  };
}

/** A managed group may let a request past later rules if an override admits it, or if the group is not AWS's own. */
function mayAdmit({ [GROUP]: managed, [GROUP_REFERENCE]: reference }: Attributes, action: string): boolean {
  if (reference !== undefined) return true;
  const [group] = blocksOf(managed);
  if (group === undefined) return false;
  const overrides = blocksOf(group.rule_action_override).map(({ action_to_use }) => blocksOf(action_to_use)[0] ?? {});
  return overrides.some((each) => "allow" in each) || (action === "none" && group.vendor_name !== "AWS");
}

const SET = "ip_set_reference_statement";

function withNetworks(stack: StackJson, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withNetworks(stack, each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const [{ arn = undefined, ...settings } = {}] = key === SET ? blocksOf(inner) : [];
      const set = arn === undefined || Object.keys(settings).length > 0 ? undefined : referred(stack, arn);
      if (set?.type !== "aws_wafv2_ip_set") return [key, withNetworks(stack, inner)];
      return ["networks", { addresses: listOf(set.attributes.addresses) }];
    }),
  );
}

/** Whether only these web ACLs name an IP set. Something else that names it may let its networks pass. */
function isNamedByOnly(stack: StackJson, set: string, acls: ReadonlySet<string>): boolean {
  const names = resourcesOf(stack, /./).filter(({ attributes }) =>
    texts(attributes).some((text) => referencesIn(text).some(({ address }) => address === set)),
  );
  return names.length > 0 && names.every(({ address }) => acls.has(address));
}

/** The blocks of this name in a value, at any depth. */
function within(value: unknown, name: string): readonly Attributes[] {
  if (Array.isArray(value)) return value.flatMap((each) => within(each, name));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === name ? blocksOf(inner) : within(inner, name)));
}

/** Undefined if anything else differs. */
function changesOf(address: string, before: Rules, after: Rules): readonly GuardChange[] | undefined {
  const found: GuardChange[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    if (canonical(was ?? null) === canonical(is ?? null)) continue;
    const changes = was && is ? ruleChanges(was, is) : presenceChange(was, is, was === undefined ? before : after);
    if (changes === undefined) return undefined;
    found.push(...changes.map((each) => ({ ...each, address, guard: [`rule[${name}]`, ...each.of].join(".") })));
  }
  return found.map(({ of: _, ...change }: GuardChange & { readonly of?: readonly string[] }) => change);
}

interface RuleChange extends Pick<GuardChange, "effect" | "before" | "after"> {
  /** The part of the rule; empty for its action. */
  readonly of: readonly string[];
}

/** @param others the rules of the side that lacks it */
function presenceChange(was: Rule | undefined, is: Rule | undefined, others: Rules): readonly RuleChange[] | undefined {
  const { action, rest } = (was ?? is) as Rule;
  // Samples show whole requests, with tokens, in the console.
  const isSampled = blocksOf(rest.visibility_config)[0]?.sampled_requests_enabled !== false;
  if (action === undefined || (is !== undefined && isSampled) || isLabelMatched((was ?? is) as Rule, others)) return;
  const effect = (is !== undefined) === (action === "allow") ? "broadened" : "narrowed";
  return [{ effect, of: [], before: shown(was), after: shown(is) }];
}

const NOT_SET = "not set";

/** A managed group without an action of its own blocks, as config writes it. */
function shown(rule: Rule | undefined): string {
  return rule === undefined ? NOT_SET : rule.action === "none" ? "block" : String(rule.action);
}

/** Whether another rule may match a label of a rule, so that it matches other requests without it. */
function isLabelMatched({ rest, statement }: Rule, rules: Rules): boolean {
  const labels = blocksOf(rest.rule_label).map(({ name }) => String(name));
  const isGroup = within(statement, GROUP).length > 0;
  if (labels.length === 0 && !isGroup) return false;
  const statements = [...rules.values()].map((each) => each.statement);
  const keys = within(statements, "label_match_statement").map(({ key }) => String(key));
  // A longer key names a label or a prefix with its owner, as labels of groups do. A group has statements of its own.
  return (
    keys.some((key) => labels.includes(key) || key.includes(":")) ||
    (labels.length > 0 && within(statements, GROUP_REFERENCE).length > 0)
  );
}

const GROUP_REFERENCE = "rule_group_reference_statement";

function ruleChanges(was: Rule, is: Rule): readonly RuleChange[] | undefined {
  if (was.action === undefined || is.action === undefined || canonical(was.rest) !== canonical(is.rest))
    return undefined;
  const stronger = ACTIONS.indexOf(is.action) - ACTIONS.indexOf(was.action);
  const ofAction: readonly RuleChange[] =
    stronger === 0
      ? []
      : [{ effect: stronger > 0 ? "narrowed" : "broadened", of: [], before: shown(was), after: shown(is) }];
  // A group that only counts blocks nothing, whichever of its rules count.
  const isCounted = [was, is].every(({ action }) => action === "count");
  const matched =
    isCounted && canonical(withoutOverrides(was)) === canonical(withoutOverrides(is))
      ? []
      : compared(was.statement, is.statement);
  if (
    matched === undefined ||
    (matched.length > 0 && stronger !== 0 && [was, is].some(({ action }) => action === "allow"))
  )
    return;
  return [
    ...ofAction,
    ...matched.map(({ more, of, before, after }): RuleChange => {
      return { effect: more === (is.action === "allow") ? "broadened" : "narrowed", of: [of], before, after };
    }),
  ];
}

const GROUP = "managed_rule_group_statement";

function withoutOverrides({ statement }: Rule): unknown {
  const { rule_action_override, ...group } = blocksOf(statement[GROUP])[0] ?? {};
  return { ...statement, [GROUP]: group };
}

/** A difference in what a statement matches. */
interface Difference {
  /** Whether it matches more requests. */
  readonly more: boolean;
  readonly of: string;
  readonly before: string;
  readonly after: string;
}

/** The differences between two statements; undefined if one of them is not known to match more or fewer requests. */
function compared(was: Attributes, is: Attributes): readonly Difference[] | undefined {
  if (canonical(was) === canonical(is)) return [];
  const [[kind = "", from] = [], ...rest] = Object.entries(was);
  const [[other, to] = [], ...more] = Object.entries(is);
  const compare = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (kind !== other || rest.length + more.length > 0 || compare === undefined) return undefined;
  const [[old, ...olds], [now, ...nows]] = [blocksOf(from), blocksOf(to)];
  return old === undefined || now === undefined || olds.length + nows.length > 0 ? undefined : compare(old, now);
}

type Compare = (was: Attributes, is: Attributes) => readonly Difference[] | undefined;

const KINDS: Readonly<Record<string, Compare>> = {
  and_statement: eachOf,
  or_statement: eachOf,
  not_statement: (was, is) => eachOf(was, is)?.map((each) => ({ ...each, more: !each.more })),
  geo_match_statement: listed("country_codes"),
  networks: listed("addresses"),
  size_constraint_statement: (was, is) => {
    const isLonger = was.comparison_operator === "GT" && sameBut(was, is, "size");
    return isLonger ? [numbered("size", was.size, is.size, Number(is.size) < Number(was.size))] : undefined;
  },
  rate_based_statement: (was, is) => {
    const names = ["limit", "evaluation_window_sec"] as const;
    const [old, now] = [was, is].map((each) => ({
      limit: Number(each.limit),
      rate: each.limit / (each.evaluation_window_sec ?? 300),
    }));
    if (old === undefined || now === undefined || !sameBut(was, is, ...names)) return undefined;
    const isStricter = now.limit <= old.limit && now.rate <= old.rate;
    if (!isStricter && !(now.limit >= old.limit && now.rate >= old.rate)) return undefined;
    return names.flatMap((name) => (was[name] === is[name] ? [] : [numbered(name, was[name], is[name], isStricter)]));
  },
  regex_match_statement: (was, is) => {
    const [old, now] = [was, is].map(({ regex_string }) =>
      /^\^\(\?:(.+)\)\[ \\t\]\*\(\?:;\|\$\)$/.exec(regex_string)?.[1]?.split("|"),
    );
    const isPlain = [old, now].every((list) => list?.every((each) => PLAIN.test(each)));
    return old && now && isPlain && sameBut(was, is, "regex_string") ? inLists("regex_string", old, now) : undefined;
  },
  [GROUP]: (was, is) => {
    const counting = ({ rule_action_override }: Attributes) => {
      const all = blocksOf(rule_action_override);
      const areCounts = all.every((each) => canonical(blocksOf(each.action_to_use)) === canonical([{ count: {} }]));
      return areCounts ? all.map(({ name }) => String(name)) : undefined;
    };
    const [old, now] = [was, is].map(counting);
    if (old === undefined || now === undefined || !sameBut(was, is, "rule_action_override")) return undefined;
    return inLists("rule_action_override", old, now)?.map((each) => ({ ...each, more: !each.more }));
  },
};

/** An alternative of a pattern that matches one text, such as a content type. */
const PLAIN = /^(?:[\w/-]|\\[^\w\s|])+$/;

/** Statements in a statement, compared one by one. */
function eachOf(was: Attributes, is: Attributes): readonly Difference[] | undefined {
  const [old, now] = [was, is].map(({ statement }) => blocksOf(statement));
  if (old === undefined || now === undefined || old.length !== now.length) return undefined;
  const all = old.map((each, index) => compared(each, now[index] ?? {}));
  return all.includes(undefined) ? undefined : all.flatMap((each) => each ?? []);
}

function listed(name: string): Compare {
  return (was, is) => (sameBut(was, is, name) ? inLists(name, listOf(was[name]), listOf(is[name])) : undefined);
}

/** Undefined if each list has items that the other lacks. */
function inLists(of: string, was: readonly string[], is: readonly string[]): readonly Difference[] | undefined {
  const [gone, come] = [was.filter((each) => !is.includes(each)), is.filter((each) => !was.includes(each))];
  if (gone.length + come.length === 0) return [];
  if (gone.length > 0 && come.length > 0) return undefined;
  return [
    {
      more: come.length > 0,
      of,
      before: abridged(canonical([...was].sort())),
      after: abridged(canonical([...is].sort())),
    },
  ];
}

function numbered(of: string, was: unknown, is: unknown, more: boolean): Difference {
  return { more, of, before: String(was ?? NOT_SET), after: String(is ?? NOT_SET) };
}

function sameBut(was: Attributes, is: Attributes, ...names: readonly string[]): boolean {
  const rest = (all: Attributes) => Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
  return canonical(rest(was)) === canonical(rest(is));
}
