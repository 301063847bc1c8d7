import { accessLedger } from "../access";
import { type Attributes, namesIn, type StackJson } from "../stack-json";
import { rowChanges } from "./access-change";
import { withCascade } from "./cascade";
import { followed } from "./follows";
import { guardChanges } from "./guards";
import { type ChangeModel, MODEL_VERSION, type ResourceChange } from "./model";
import { withMoves } from "./moves";
import { normalized } from "./normal";
import { canonical, compareText } from "./order";
import type { SynthesizedState } from "./state";
import { factsOf } from "./type-facts";
import { diffAttributes } from "./value-diff";

/** What differs between two synthesized states of one environment. Knows no cloud and no Terraform state. */
export function changeOfStacks(environment: string, from: SynthesizedState, to: SynthesizedState): ChangeModel {
  const moves = movesOf(to.stack);
  const [base, head] = [normalized(withMoves(from, moves)), normalized(to)];
  const [before, after] = [partsOf(base), partsOf(head)];
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((address) => {
    const former = [...moves].find(([, now]) => now === address)?.[0];
    return partChange(address, before.get(address), after.get(address), head, wasAt(from.stack, former));
  });
  const all = withCascade(changes, head.stack);
  const resources = followed([...all].sort((a, b) => compareText(a.address, b.address)));
  const stays = [...after.values()].filter(({ type }) => type !== "").length;
  return {
    version: MODEL_VERSION,
    environment,
    source: "synthesized",
    access: {
      rows: rowChanges(
        accessLedger(base.stack, base.policy),
        accessLedger(head.stack, head.policy),
        namesIn(head.stack),
      ),
      guards: guardChanges(base.stack, head.stack),
    },
    resources,
    unchanged:
      stays - all.filter(({ action, type }) => type !== "" && !["destroyed", "forgotten"].includes(action)).length,
    drift: [],
    notes: [],
  };
}

/** A resource, or another part of what is deployed. */
interface Part {
  /** Empty for what is no resource. */
  readonly type: string;
  readonly attributes: Attributes;
}

/** Blocks that say how addresses change, not what is deployed. */
const NO_PARTS: readonly string[] = ["//", "moved", "import", "removed", "resource"];

/** Everything that is compared, by address: resources, provider settings, outputs, the backend, the authorizer's policy. */
function partsOf({ stack, policy }: SynthesizedState): ReadonlyMap<string, Part> {
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
  const known = Object.keys(policy.routes).length + policy.issuers.length > 0;
  const rules = known ? ([["authorizer-policy.json", { type: "", attributes: { ...policy } }]] as const) : [];
  return new Map<string, Part>([...resources, ...others, ...rules]);
}

function partChange(
  address: string,
  before: Part | undefined,
  after: Part | undefined,
  head: SynthesizedState,
  movedFrom: string | undefined,
): readonly ResourceChange[] {
  const type = (after ?? before)?.type ?? "";
  const facts = factsOf(type);
  const attributes = diffAttributes(clean(before), clean(after), { sets: facts.sets ?? [] });
  const common = { address, type, attributes, forcedBy: [], ...(movedFrom !== undefined && { movedFrom }) };
  const loss = type !== "" && facts.loss !== undefined ? { loss: facts.loss } : {};
  if (after === undefined) {
    if (before === undefined) return [];
    const forgotten = removedOf(head.stack).get(address) === false;
    return [{ ...common, action: forgotten ? "forgotten" : "destroyed", ...(!forgotten && loss) }];
  }
  if (before === undefined) {
    const id = importsOf(head.stack).get(address);
    return [{ ...common, ...(id === undefined ? { action: "added" } : { action: "imported", importedAs: id }) }];
  }
  if (attributes.length === 0) return movedFrom === undefined ? [] : [{ ...common, action: "moved" }];
  const forcedBy = [...facts.forces, ...(type.startsWith("aws_") ? ["region"] : [])].filter(
    (name) => canonical(before.attributes[name]) !== canonical(after.attributes[name]),
  );
  if (type === "" || forcedBy.length === 0) return [{ ...common, action: "changed" }];
  return [{ ...common, action: "replaced", forcedBy, ...loss }];
}

/** What only orders an apply is no change of what is deployed. */
function clean(part: Part | undefined): Attributes {
  const { depends_on, "//": comment, ...attributes } = part?.attributes ?? {};
  return attributes;
}

/** The address, if something was there. */
function wasAt({ resource }: StackJson, address: string | undefined): string | undefined {
  const [type = "", name = ""] = address?.split(".") ?? [];
  return resource[type]?.[name] === undefined ? undefined : address;
}

function movesOf(stack: Attributes): ReadonlyMap<string, string> {
  return new Map(blocks(stack.moved).map(({ from, to }) => [String(from), String(to)]));
}

function importsOf(stack: Attributes): ReadonlyMap<string, string> {
  return new Map(blocks(stack.import).map(({ to, id }) => [String(to), String(id)]));
}

/** By address: whether the resource is destroyed as well. */
function removedOf(stack: Attributes): ReadonlyMap<string, boolean> {
  return new Map(
    blocks(stack.removed).map(({ from, lifecycle }) => [String(from), blocks(lifecycle)[0]?.destroy !== false]),
  );
}

function blocks(value: unknown): readonly Attributes[] {
  return value === undefined ? [] : ([value].flat() as readonly Attributes[]);
}
