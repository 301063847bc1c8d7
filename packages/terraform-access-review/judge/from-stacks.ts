import type { AttributeChange } from "../model/attribute-change";
import { type ChangeModel, MODEL_VERSION, type ResourceChange } from "../model/change";
import { type SynthesizedState, withEnvoyOf } from "../model/state";
import { canonical, compareText } from "../terraform-json/order";
import { type Attributes, blocksOf, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { hasRegion, setsOf, typeOf } from "../types";
import { followed, withCascade } from "./cascade";
import { handshakeChange } from "./handshake";
import { accessBetween } from "./judge";
import { withMoves } from "./moves";
import { clean, normalized, type Part, partsOf } from "./normal";
import { snapshotNotes } from "./snapshot";
import { rolloutNotes } from "./traffic";
import { diffAttributes } from "./value-diff";

/** The differences between two synthesized states of one environment. Reads neither a cloud nor a Terraform state. */
export function changeOfStacks(environment: string, first: SynthesizedState, to: SynthesizedState): ChangeModel {
  const from = withEnvoyOf(first, to);
  if (from.stack === to.stack && from.policy === to.policy && from.envoy === to.envoy)
    return nothingChanges(environment, to);
  const moves = movesOf(from.stack, to.stack);
  const cameFrom = new Map([...moves].reverse().map(([former, now]) => [now, former]));
  const [base, head] = [normalized(withMoves(from, moves)), normalized(to)];
  const [before, after] = [partsOf(base), partsOf(head)];
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((address) => {
    const former = cameFrom.get(address);
    return partChange(address, before.get(address), after.get(address), head, wasAt(from.stack, former));
  });
  const regions = regionMoves(base.stack, head.stack);
  const all = withCascade(withMovedRegion(changes, regions, [base.stack, head.stack]), head.stack);
  const resources = followed([...all].sort((a, b) => compareText(a.address, b.address)));
  const handshake = handshakeChange(base, head);
  const stays = [...after.values()].filter(({ type }) => type !== "").length;
  return {
    version: MODEL_VERSION,
    environment,
    source: "synthesized",
    access: accessBetween(base, head, resources, to.stack),
    ...(handshake !== undefined && { handshake }),
    resources,
    unchanged:
      stays - all.filter(({ action, type }) => type !== "" && !["destroyed", "forgotten"].includes(action)).length,
    drift: [],
    notes: [...rolloutNotes(from.stack, to.stack), ...snapshotNotes(resources, head.stack)],
  };
}

/** The result for the same state on both sides. */
function nothingChanges(environment: string, { stack }: SynthesizedState): ChangeModel {
  const unchanged = Object.values(stack.resource).reduce((sum, named) => sum + Object.keys(named).length, 0);
  return {
    version: MODEL_VERSION,
    environment,
    source: "synthesized",
    access: { rows: [], guards: [] },
    resources: [],
    unchanged,
    drift: [],
    notes: [],
  };
}

function partChange(
  address: string,
  before: Part | undefined,
  after: Part | undefined,
  head: SynthesizedState,
  movedFrom: string | undefined,
): readonly ResourceChange[] {
  // Two states share the resources that are equal in both.
  if (before?.attributes === after?.attributes && movedFrom === undefined) return [];
  const type = (after ?? before)?.type ?? "";
  const { loss: lost, replaces = [] } = typeOf(type);
  const attributes = diffAttributes(clean(before), clean(after), setsOf(type));
  const common = { address, type, attributes, forcedBy: [], ...(movedFrom !== undefined && { movedFrom }) };
  const loss = type !== "" && lost !== undefined ? { loss: lost } : {};
  if (after === undefined) {
    if (before === undefined) return [];
    const forgotten = removedOf(head.stack).get(address) === false;
    return [{ ...common, action: forgotten ? "forgotten" : "destroyed", ...(!forgotten && loss) }];
  }
  if (before === undefined) {
    const imported = blocksOf(head.stack.import).findLast(({ to }) => String(to) === address);
    if (imported === undefined) return [{ ...common, action: "added" }];
    return [{ ...common, action: "imported", importedAs: String(imported.id) }];
  }
  if (attributes.length === 0) return movedFrom === undefined ? [] : [{ ...common, action: "moved" }];
  const forcedBy = [...replaces, ...(type.startsWith("aws_") ? ["region"] : [])].filter(
    (name) => canonical(before.attributes[name]) !== canonical(after.attributes[name]),
  );
  if (type === "") return [{ ...common, action: "changed", ...lossOfPlace(address, attributes) }];
  if (forcedBy.length === 0) return [{ ...common, action: "changed" }];
  return [{ ...common, action: "replaced", forcedBy, ...loss }];
}

/**
 * The loss by another account, project or backend: objects in the old one are replaced or left alone. Resources that
 * another region replaces have losses of their own.
 */
function lossOfPlace(address: string, attributes: readonly AttributeChange[]): Pick<ResourceChange, "loss"> {
  const isPlace = /^provider\.|^terraform\.backend$/.test(address);
  const moves = isPlace && attributes.some(({ path }) => !/\.(default_(tags|labels)\b|region$)/.test(path));
  return moves ? { loss: "whatever exists where it pointed before, or its Terraform state" } : {};
}

/** The address, if the stack had a resource there. */
function wasAt({ resource }: StackJson, address: string | undefined): string | undefined {
  const [type = "", name = ""] = address?.split(".") ?? [];
  return resource[type]?.[name] === undefined ? undefined : address;
}

/**
 * The moves that Terraform makes, step by step. If a resource already exists at the new address, Terraform does not move
 * the other one, but destroys it.
 */
function movesOf(base: StackJson, head: Attributes): ReadonlyMap<string, string> {
  const all = blocksOf(head.moved).map(({ from, to }) => [String(from), String(to)] as const);
  const steps = new Map(all.filter(([, to]) => wasAt(base, to) === undefined));
  const end = (address: string, left = steps.size): string => {
    const next = left === 0 ? undefined : steps.get(address);
    return next === undefined ? address : end(next, left - 1);
  };
  return new Map([...steps.keys()].filter((from) => wasAt(base, from)).map((from) => [from, end(from)]));
}

/** By address: whether the resource is destroyed as well. */
function removedOf(stack: Attributes): ReadonlyMap<string, boolean> {
  const all = new Map<string, boolean>();
  for (const { from, lifecycle } of blocksOf(stack.removed)) {
    const address = String(from).trim();
    const { destroy = true } = blocksOf(lifecycle)[0] ?? {};
    // Terraform also reads the text "false". If two blocks differ, it is unknown which one applies.
    all.set(address, destroy === true && all.get(address) !== false);
  }
  return all;
}

type CloudProvider = "aws" | "google";

/** The region that each cloud's resources leave, and the one that they enter. */
type RegionMoves = Readonly<Partial<Record<CloudProvider, readonly [from: string, to: string]>>>;

function regionMoves(before: StackJson, after: StackJson): RegionMoves {
  const moves = (["aws", "google"] as const).flatMap((cloud) => {
    const [from, to] = [before, after].map((stack) => regionOf(stack, cloud));
    return from !== undefined && to !== undefined && from !== to ? [[cloud, [from, to]] as const] : [];
  });
  return Object.fromEntries(moves);
}

function regionOf({ provider }: StackJson, cloud: CloudProvider): string | undefined {
  const blocks = [(provider as Readonly<Record<string, unknown>> | undefined)?.[cloud] ?? []].flat();
  const region: unknown = blocks.length === 1 ? Object(blocks[0]).region : undefined;
  return typeof region === "string" ? region : undefined;
}

/**
 * Adds what Terraform does when AWS's region changes: every regional resource without a region of its own is made again.
 * Google's resources name their location.
 */
function withMovedRegion(
  changes: readonly ResourceChange[],
  { aws }: RegionMoves,
  [before, after]: readonly [StackJson, StackJson],
): readonly ResourceChange[] {
  if (aws === undefined) return changes;
  const known = new Map(changes.map((change) => [change.address, change]));
  for (const { address, type, name, attributes } of resourcesOf(after, /^aws_/)) {
    const change = known.get(address);
    const stayed = before.resource[type]?.[name] !== undefined && (change === undefined || change.action === "changed");
    if (!stayed || !hasRegion(type) || attributes.region !== undefined) continue;
    const { loss } = typeOf(type);
    known.set(address, {
      ...(change ?? { address, type, attributes: [], follows: "AWS's region changes" }),
      action: "replaced",
      forcedBy: ["region"],
      ...(loss !== undefined && { loss }),
    });
  }
  return [...known.values()];
}
