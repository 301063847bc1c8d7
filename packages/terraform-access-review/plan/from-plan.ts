import { POLICY_FILE } from "../../../contract/policy-file";
import { followed } from "../judge/cascade";
import { handshakeChange } from "../judge/handshake";
import { hiddenHash } from "../judge/hash";
import { accessBetween } from "../judge/judge";
import { normalized } from "../judge/normal";
import { snapshotNotes } from "../judge/snapshot";
import { rolloutNotes } from "../judge/traffic";
import { diffAttributes } from "../judge/value-diff";
import {
  type AccessChange,
  type ChangeModel,
  GUARDS,
  type GuardChange,
  MODEL_VERSION,
  type Note,
  type Reason,
  type ResourceChange,
  type RowChange,
} from "../model/change";
import type { Fact } from "../model/fact";
import { NOTHING, type SynthesizedState, withEnvoyOf } from "../model/state";
import { compareText } from "../terraform-json/order";
import { referencesIn, soleReference } from "../terraform-json/references";
import { type Attributes, isFields, isUnset, texts } from "../terraform-json/stack-json";
import { typeOf } from "../types";
import { actionOf, forcedBy, isMoved, reasonOf, unforeseenOf } from "./actions";
import { attributeChanges } from "./attributes";
import { configurationChanges } from "./configuration";
import { anyUnknown, Deployed, nameOf } from "./deployed";
import { aroundDrift, type Drifted, driftOf } from "./drift";
import { withForeign } from "./foreign";
import { withDefaults } from "./own-configuration";
import { type CheckResult, managed, type PlanJson, type PlannedChange, type StateResource, stateOf } from "./plan-json";
import { own } from "./shape";

/** Inputs of the comparison in addition to the plan. */
export interface PlanContext {
  /** The stack that was planned, and the policy of the same synthesis. */
  readonly head: SynthesizedState;
  /**
   * The deployed synthesis, for its policy and for arguments that no state contains; `"nothing"` if nothing is deployed.
   * If it is undefined, which means unknown, every route counts as broadened.
   */
  readonly base: SynthesizedState | "nothing" | undefined;
  /** `head` was read from the plan itself, so the plan's configuration is not compared with it. */
  readonly isOwnConfiguration?: true;
}

/** The changes that a Terraform plan would make, and the drift that it found. */
export function changeOfPlan(
  environment: string,
  plan: PlanJson,
  { head, base, isOwnConfiguration }: PlanContext,
): ChangeModel {
  const planned = managed(plan.resource_changes);
  const known = base === "nothing" || base === undefined ? NOTHING : base;
  const deployed = new Deployed(plan, head.stack, planned, known.stack);
  const foreign = withForeign(withoutDestroyed(head, planned), deployed.stack, planned, plan.configuration);
  const asDeployed = (stack: Deployed["stack"]) =>
    normalized({
      ...withEnvoyOf(known, head),
      ...(head.isPolicyUnread && { isPolicyUnread: true }),
      stack: isOwnConfiguration ? withDefaults(stack) : stack,
    });
  const before = asDeployed(deployed.stack);
  const after = normalized({ ...head, stack: foreign.stack });
  const configured = (address: string) => bodyOf(head, address);
  const changes = planned.flatMap((each) => resourceChange(each, configured(each.address), deployed));
  const caused = withCauses([...changes, ...outputChanges(plan, head, deployed)], configured);
  const all = base === undefined ? caused : followed([...caused, ...policyChange(before, after)]);
  const resources = [...all].sort((a, b) => compareText(a.address, b.address));
  const hidden = hiddenHash(resources, configured);
  const handshake = handshakeChange(before, after);
  const drifted = driftOf(plan, deployed, configured);
  const gone = drifted.filter((each) => each.after === undefined);
  const undeclared = gone.filter(({ change }) => configured(change.address) === undefined);
  const access = withoutItsProtections(accessBetween(before, after, all, head.stack), undeclared, before);
  const outside = drifted.map((each) => each.change);
  const drift = [...withGoing(outside, plan, configured)].sort((a, b) => compareText(a.address, b.address));
  const openedSince = ([recorded, found]: ReturnType<typeof aroundDrift>) =>
    withoutGone(accessBetween(asDeployed(recorded), asDeployed(found), drift), gone);
  return {
    version: MODEL_VERSION,
    environment,
    source: "plan",
    access: {
      ...access,
      guards: [
        ...(isOwnConfiguration ? [] : configurationChanges(plan, head.stack)),
        ...unforeseenOf(plan),
        ...foreign.guards,
        ...access.guards,
      ],
    },
    ...(handshake !== undefined && { handshake }),
    resources,
    unchanged: planned.filter((each) => each.change.actions.join() === "no-op" && actionOf(each) === undefined).length,
    drift,
    ...(drift.length > 0 && { driftAccess: openedSince(aroundDrift(drifted, deployed)) }),
    ...(hidden !== undefined && { hidden }),
    notes: [
      ...notesOf(plan),
      ...rolloutNotes(before.stack, head.stack),
      ...snapshotNotes(resources, after.stack),
      ...foreign.notes,
      ...(base === undefined ? [{ kind: "policy-unknown" } as const] : []),
    ],
  };
}

/**
 * Whether a text names an object that was deleted outside Terraform: no principal can be it any more, also not under the
 * same name.
 */
function namesOf(gone: readonly Drifted[]): (text: unknown) => boolean {
  const names = new Set(gone.flatMap(({ before }) => [before.arn, before.email, before.member]));
  const addresses = new Set(gone.map(({ change }) => change.address));
  return (text) => typeof text === "string" && (names.has(text) || addresses.has(soleReference(text)?.address ?? ""));
}

function isNamedBy(names: ReturnType<typeof namesOf>, fact: Fact): boolean {
  return fact.kind === "text" && fact.parts.length === 1 && names(fact.parts[0]);
}

/** Without new rows that only say what is left of a grant to or on an object that is gone. */
function withoutGone(access: AccessChange, gone: readonly Drifted[]): AccessChange {
  const names = namesOf(gone);
  const isLeft = ({ before, after }: RowChange) =>
    before === undefined && after !== undefined && [after.principal, after.resource].some((it) => isNamedBy(names, it));
  return gone.length === 0 ? access : { ...access, rows: access.rows.filter((row) => !isLeft(row)) };
}

/** Without lost protections of an object that is gone: its policy goes after it. */
function withoutItsProtections(
  access: AccessChange,
  gone: readonly Drifted[],
  { stack }: SynthesizedState,
): AccessChange {
  const names = namesOf(gone);
  const isOfGone = ({ address, guard, effect }: GuardChange) => {
    const [type = "", name = ""] = address.split(".");
    return guard === GUARDS.presence && effect === "broadened" && texts(own(stack.resource[type], name)).some(names);
  };
  const isLost = ({ before, after }: RowChange) =>
    after === undefined && before?.effect === "deny" && isNamedBy(names, before.resource);
  if (gone.length === 0) return access;
  return {
    rows: access.rows.filter((row) => !isLost(row)),
    guards: access.guards.filter((guard) => !isOfGone(guard)),
  };
}

function resourceChange(
  planned: PlannedChange,
  configured: Attributes | undefined,
  deployed: Deployed,
): readonly ResourceChange[] {
  const action = actionOf(planned);
  if (action === undefined) return [];
  const { address, type, change, previous_address, deposed } = planned;
  const { id, identity } = change.importing ?? {};
  const { loss } = typeOf(type);
  const attributes = attributeChanges(change, { type, configured, deployed });
  const gone = action === "destroyed" || action === "replaced";
  const reason = reasonOf(planned);
  const onlyMoves = action === "changed" && attributes.length === 0;
  return [
    {
      address: deposed === undefined ? address : `${address} (${deposed})`,
      type,
      action,
      ...(isMoved(previous_address, address) && { movedFrom: previous_address }),
      ...(change.importing !== undefined && {
        importedAs: id ?? (identity === undefined ? "an id that is known after the apply" : JSON.stringify(identity)),
      }),
      forcedBy: action === "replaced" ? forcedBy(planned) : [],
      // An object left over from an earlier replacement was lost then.
      ...(gone && loss !== undefined && deposed === undefined && { loss }),
      ...(reason !== undefined && { reason }),
      attributes,
      ...(onlyMoves && { follows: "only values that the provider computes change, known after the apply" }),
    },
  ];
}

/** Outputs count as deployed parts, as in a review of synthesized files. */
function outputChanges(plan: PlanJson, head: SynthesizedState, deployed: Deployed): readonly ResourceChange[] {
  const declared = head.stack.output as Readonly<Record<string, Attributes>> | undefined;
  return Object.entries(plan.output_changes ?? {}).flatMap(([name, change]): readonly ResourceChange[] => {
    const action = { create: "added", delete: "destroyed", update: "changed" }[change.actions.join()] ?? undefined;
    if (action === undefined) return [];
    const boxed = (value: unknown) => (value === undefined || value === null ? null : { [name]: value });
    const attributes = attributeChanges(
      {
        actions: change.actions,
        before: boxed(change.before),
        after: boxed(change.after),
        after_unknown: anyUnknown(change.after_unknown) ? { [name]: change.after_unknown } : {},
        before_sensitive: { [name]: change.before_sensitive },
        after_sensitive: { [name]: change.after_sensitive },
      },
      { type: "output", configured: { [name]: declared?.[name]?.value }, deployed },
    );
    const moves = attributes.every(({ kind, after }) => kind === "unknown" && after === undefined);
    return [
      {
        address: `output.${name}`,
        type: "",
        action: action as "added",
        forcedBy: [],
        attributes,
        ...(moves && action === "changed" && { follows: "outputs of changed resources, known after the apply" }),
      },
    ];
  });
}

function policyChange(before: SynthesizedState, after: SynthesizedState): readonly ResourceChange[] {
  const attributes = diffAttributes({ ...before.policy }, { ...after.policy });
  if (attributes.length === 0) return [];
  const action = before.policy === undefined ? "added" : after.policy === undefined ? "destroyed" : "changed";
  return [{ address: POLICY_FILE, type: "", action, forcedBy: [], attributes }];
}

function bodyOf({ stack }: SynthesizedState, address: string): Attributes | undefined {
  const [type = "", name = ""] = address.split(".");
  return own(own(stack.resource, type), name);
}

/** The stack after the apply: without declared resources that this plan destroys. */
function withoutDestroyed(head: SynthesizedState, planned: readonly PlannedChange[]): SynthesizedState["stack"] {
  const gone = planned.filter((each) => ["destroyed", "forgotten"].includes(actionOf(each) ?? "") && !each.deposed);
  if (gone.every(({ address }) => bodyOf(head, address) === undefined)) return head.stack;
  const resource = structuredClone(head.stack.resource) as Record<string, Record<string, Attributes>>;
  for (const each of gone) delete resource[each.type]?.[nameOf(each)];
  return { ...head.stack, resource };
}

/** Attributes in which providers repeat the tags of their own configuration. */
const OF_PROVIDER: Readonly<Record<string, string>> = {
  effective_labels: "labels",
  tags_all: "tags",
  terraform_labels: "labels",
};

/**
 * Marks changes that reviewers need not read one by one: attributes that change only with a resource that they refer to,
 * and the tags that a provider adds to every resource.
 */
function withCauses(
  changes: readonly ResourceChange[],
  configured: (address: string) => Attributes | undefined,
): readonly ResourceChange[] {
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  return changes.map((change) => {
    if (change.follows !== undefined || change.attributes.length === 0) return change;
    const follows = tagCause(change) ?? moveCause(change, configured(change.address) ?? {}, byAddress);
    return follows === undefined ? change : { ...change, follows };
  });
}

function tagCause({ action, attributes }: ResourceChange): string | undefined {
  const kinds = attributes.map(({ path }) => OF_PROVIDER[rootOf(path)]);
  if (action !== "changed" || kinds.some((kind) => kind === undefined)) return undefined;
  const words = attributes
    .filter(({ path }) => rootOf(path) !== "terraform_labels")
    .map(({ path, kind, before, after }) => {
      const name = path.slice(path.indexOf(".") + 1);
      return `${name} ${kind === "removed" ? "is gone" : `= ${String(after ?? before)}`}`;
    });
  return `${kinds[0]} that the provider puts on everything changed: ${[...new Set(words)].join(", ")}`;
}

function moveCause(
  { action, attributes, forcedBy }: ResourceChange,
  body: Attributes,
  changes: ReadonlyMap<string, ResourceChange>,
): string | undefined {
  const onlyMoves = attributes.every(({ kind, after }) => kind === "unknown" && after === undefined);
  if (!onlyMoves || (action !== "changed" && action !== "replaced")) return undefined;
  const roots = action === "replaced" ? forcedBy.map(rootOf) : attributes.map(({ path }) => rootOf(path));
  const causes = roots.flatMap((root) =>
    texts(body[root])
      .flatMap(referencesIn)
      .map(({ address }) => changes.get(address)),
  );
  const cause = causes.find((each) => each?.action === "replaced") ?? causes.find((each) => each !== undefined);
  if (cause === undefined) return undefined;
  return action === "replaced"
    ? `${cause.address} is replaced, and cannot change under it in place`
    : `${cause.address} is ${cause.action}: what refers to it is known after the apply`;
}

function rootOf(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

/**
 * The drift, with each object of which its cloud says that it is gone, will be, or does not work. Read from the state,
 * not from what this refresh changed: a later refresh finds the same value, and reports no difference.
 */
function withGoing(
  drift: readonly ResourceChange[],
  plan: PlanJson,
  bodyOf: (address: string) => Attributes | undefined,
): readonly ResourceChange[] {
  const removed = new Set(
    (plan.resource_changes ?? [])
      .filter((each) => ["destroyed", "forgotten"].includes(actionOf(each) ?? ""))
      .map(({ address }) => address),
  );
  const going = stateOf(plan).flatMap((object): readonly ResourceChange[] => {
    const { address, type, values = {} } = object;
    const states = removed.has(address) ? [] : statesOf(object, bodyOf(address));
    if (states.length === 0) return [];
    const { loss, restore } = typeOf(type);
    const attributes = drift.find((each) => each.address === address)?.attributes ?? [];
    const reason: Reason = { kind: "going", states, ...(restore !== undefined && { restore: restore(values) }) };
    const lost = restore !== undefined && loss !== undefined ? { loss } : {};
    return [{ address, type, action: "drifted", forcedBy: [], attributes, reason, ...lost }];
  });
  const addresses = new Set(going.map(({ address }) => address));
  return [...drift.filter(({ address }) => !addresses.has(address)), ...going];
}

type GoingStates = Extract<Reason, { readonly kind: "going" }>["states"];

/** Attributes by which its cloud says that an object is going. A value that config declares is meant. */
function statesOf({ type, values }: StateResource, body: Attributes | undefined): GoingStates {
  return Object.entries(typeOf(type).going ?? {}).flatMap(([path, pattern]) => {
    const [attribute = "", ...steps] = path.split(".");
    if (own(body, attribute) !== undefined) return [];
    const found = valuesAt(own(values, attribute), steps).find(
      (value) => !isUnset(value) && pattern.test(String(value)),
    );
    return found === undefined ? [] : [[path, String(found)] as const];
  });
}

/** The values at a path, in each block on the way. */
function valuesAt(value: unknown, [step, ...steps]: readonly string[]): readonly unknown[] {
  if (step === undefined) return [value];
  return [value].flat().flatMap((block) => (isFields(block) ? valuesAt(own(block, step), steps) : []));
}

/** Facts that only a plan contains and no resource shows. */
function notesOf(plan: PlanJson): readonly Note[] {
  return [
    ...(plan.errored ? [{ kind: "planning-failed" } as const] : []),
    ...(plan.complete === false && !plan.errored ? [{ kind: "plan-incomplete" } as const] : []),
    ...(plan.checks ?? []).flatMap(checkNotes),
  ];
}

function checkNotes({ address, status, instances }: CheckResult): readonly Note[] {
  if (status !== "unknown" && status !== "fail" && status !== "error") return [];
  const name = address?.to_display;
  const messages = (instances ?? []).flatMap((instance) => instance.problems ?? []).map(({ message }) => message);
  const problems = status === "unknown" ? [] : messages.filter((message) => message !== undefined);
  return [{ kind: "check", status, problems, ...(name !== undefined && { name }) }];
}
