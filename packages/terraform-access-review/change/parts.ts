import { POLICY_FILE } from "../../../contract/policy-file";
import type { SynthesizedState } from "../model/state";
import type { Attributes } from "../terraform-json/stack-json";

/** A resource, or another part of what is deployed. */
export interface Part {
  /** Empty for a part that is not a resource. */
  readonly type: string;
  readonly attributes: Attributes;
}

/** Blocks that state how addresses change, not what is deployed. */
const NO_PARTS: readonly string[] = ["//", "moved", "import", "removed", "resource"];

/** Everything that is compared, by address: resources, provider settings, outputs, the backend, the authorizer's policy. */
export function partsOf({ stack, policy }: SynthesizedState): ReadonlyMap<string, Part> {
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
  const rules = policy === undefined ? [] : ([[POLICY_FILE, { type: "", attributes: { ...policy } }]] as const);
  return new Map<string, Part>([...resources, ...others, ...rules]);
}

/** Arguments that only order an apply do not change what is deployed. */
export function clean(part: Pick<Part, "attributes"> | undefined): Attributes {
  const { depends_on, "//": comment, ...attributes } = part?.attributes ?? {};
  return attributes;
}
