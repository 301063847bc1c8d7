import { POLICY_FILE } from "../../../contract/policy-file";
import { accessBetween } from "../change/access-between";
import { followed } from "../change/cascade";
import { handshakeSwitch } from "../change/handshake";
import { hiddenHash } from "../change/hash";
import { normalized } from "../change/normal";
import { snapshotNotes } from "../change/snapshot";
import { rolloutNotes } from "../change/traffic";
import { diffAttributes } from "../change/value-diff";
import { type ChangeModel, MODEL_VERSION, type ResourceChange } from "../model/change";
import { NOTHING, type SynthesizedState, withEnvoyOf } from "../model/state";
import { compareText } from "../terraform-json/order";
import type { Attributes } from "../terraform-json/stack-json";
import { typeOf } from "../types";
import { actionOf, forcedBy, isMoved, reasonOf } from "./actions";
import { attributeChanges } from "./attributes";
import { configurationChanges } from "./configuration";
import { anyUnknown, Deployed, nameOf } from "./deployed";
import { aroundDrift, driftOf } from "./drift";
import { withCauses } from "./follows";
import { withForeign } from "./foreign";
import { withGoing } from "./going";
import { notesOf } from "./notes";
import { withDefaults } from "./own-configuration";
import { managed, type PlanJson, type PlannedChange } from "./plan-json";
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
  const foreign = withForeign(withoutDestroyed(head, planned), deployed.stack, planned);
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
  const handshake = handshakeSwitch(before, after, resources);
  const access = accessBetween(before, after, all, head.stack);
  const drifted = driftOf(plan, deployed, configured);
  const outside = drifted.map((each) => each.change);
  const drift = [...withGoing(outside, plan, configured)].sort((a, b) => compareText(a.address, b.address));
  const openedSince = ([recorded, found]: ReturnType<typeof aroundDrift>) =>
    accessBetween(asDeployed(recorded), asDeployed(found), drift);
  return {
    version: MODEL_VERSION,
    environment,
    source: "plan",
    access: {
      ...access,
      guards: [...(isOwnConfiguration ? [] : configurationChanges(plan, head.stack)), ...access.guards],
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
      ...(base === undefined ? [POLICY_UNKNOWN] : []),
    ],
  };
}

const POLICY_UNKNOWN =
  "the authorizer policy that is deployed is in no commit of this repository: every route counts as broadened";

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
