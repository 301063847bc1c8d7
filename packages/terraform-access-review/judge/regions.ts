import type { ResourceChange } from "../model/change";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { hasRegion, typeOf } from "../types";

type CloudProvider = "aws" | "google";

/** The region that each cloud's resources leave, and the one that they enter. */
export type RegionMoves = Readonly<Partial<Record<CloudProvider, readonly [from: string, to: string]>>>;

export function regionMoves(before: StackJson, after: StackJson): RegionMoves {
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
export function withMovedRegion(
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
