import type { GuardChange } from "../model/change";
import { canonical } from "../terraform-json/order";
import { type Attributes, blocksOf, resourcesOf, type StackJson } from "../terraform-json/stack-json";

const TYPE = "aws_wafv2_web_acl";

/** What a rule does with a request that it matches, from weak to strong. AWS's managed rules block by themselves with `none`. */
const ACTIONS = ["count", "none", "block"] as const;

interface FirewallChanges {
  readonly guards: readonly GuardChange[];
  /** Addresses of the firewalls whose rules differ only in what the guards report. */
  readonly read: ReadonlySet<string>;
}

/**
 * Rules of web ACLs that are added or removed, or that decide otherwise on the requests that they match. A firewall with
 * any other difference stays unread: what a rule matches, its priority, or a rule that admits requests past the others.
 */
export function firewallChanges(before: StackJson, after: StackJson): FirewallChanges {
  const guards: GuardChange[] = [];
  const read = new Set<string>();
  for (const { address, name, attributes } of resourcesOf(after, TYPE)) {
    const was = before.resource[TYPE]?.[name];
    if (was === undefined || was === attributes) continue;
    const [rules, now] = [rulesOf(was), rulesOf(attributes)];
    // Two rules with one name: which one decides is unknown.
    if (rules.size !== blocksOf(was.rule).length || now.size !== blocksOf(attributes.rule).length) continue;
    const found = changesOf(address, rules, now);
    if (found === undefined) continue;
    guards.push(...found);
    read.add(address);
  }
  return { guards, read };
}

interface Rule {
  readonly text: string;
  /** Undefined if it is none of `ACTIONS`, or an action with settings. */
  readonly action: (typeof ACTIONS)[number] | undefined;
  /** Everything but its action, as text. */
  readonly rest: string;
  /** Samples show whole requests, with tokens, in the console. */
  readonly isSampled: boolean;
  /** Other rules may match its label, so without it they match less. */
  readonly isLabelled: boolean;
}

function rulesOf({ rule }: Attributes): ReadonlyMap<string, Rule> {
  return new Map(
    blocksOf(rule).map((body) => {
      const { name, action, override_action, ...rest } = body;
      const visibility = blocksOf(rest.visibility_config)[0] ?? {};
      const actions = Object.entries({ ...blocksOf(action)[0], ...blocksOf(override_action)[0] });
      const [[only, settings] = [], ...others] = actions;
      const isPlain = others.length === 0 && canonical([settings ?? {}].flat()) === canonical([{}]);
      return [
        String(name),
        {
          text: canonical(body),
          action: isPlain && !mayAdmit(rest, String(only)) ? ACTIONS.find((each) => each === only) : undefined,
          rest: canonical(rest),
          isSampled: visibility.sampled_requests_enabled !== false,
          isLabelled: rest.rule_label !== undefined,
        },
      ];
    }),
  );
}

/**
 * Whether a rule may let a request past the rules after it, in a group: an override admits it, or the group is not AWS's own.
 */
function mayAdmit({ statement }: Attributes, action: string): boolean {
  const managed = blocksOf(blocksOf(statement)[0]?.managed_rule_group_statement)[0];
  const isOfAws = managed?.vendor_name === "AWS";
  return /"allow":/.test(canonical(statement)) || (action === "none" && !isOfAws);
}

/** Undefined if anything else differs. */
function changesOf(
  address: string,
  before: ReadonlyMap<string, Rule>,
  after: ReadonlyMap<string, Rule>,
): readonly GuardChange[] | undefined {
  const found: GuardChange[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    if (was?.text === is?.text) continue;
    if ([was, is].some((rule) => rule !== undefined && rule.action === undefined)) return undefined;
    if (was === undefined || is === undefined) {
      if ((was ?? is)?.isLabelled || is?.isSampled) return undefined;
    } else if (was.rest !== is.rest) return undefined;
    const [old, now] = [was?.action ?? "not set", is?.action ?? "not set"];
    const effect = strengthOf(is) < strengthOf(was) ? "broadened" : "narrowed";
    found.push({ effect, address, guard: `rule ${name}`, before: old, after: now });
  }
  return found;
}

/** A rule that only counts still shows what it would block. */
function strengthOf(rule: Rule | undefined): number {
  return rule?.action === undefined ? -1 : ACTIONS.indexOf(rule.action);
}
