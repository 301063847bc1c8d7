import type { Note, ResourceChange } from "../model/change";
import type { StackJson } from "../terraform-json/stack-json";

const DEPLOYMENT = "aws_api_gateway_deployment";

/** A new snapshot is created before the old one is destroyed, and a note reports it, so nothing is lost. */
export function isNewSnapshot({ type, action }: ResourceChange): boolean {
  return type === DEPLOYMENT && action === "replaced";
}

/** Types of the resources of a REST API that a deployment contains as a snapshot. */
const SERVED =
  /^aws_api_gateway_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api|rest_api_policy)$/;

/**
 * A REST API serves the snapshot that its stage names, not the current declarations. Each note states which changes go
 * live, and when.
 */
export function snapshotNotes(resources: readonly ResourceChange[], after: StackJson): readonly Note[] {
  if (after.resource[DEPLOYMENT] === undefined) return [];
  const served = resources.filter(({ type }) => SERVED.test(type));
  const renewed = resources.filter(({ type, action }) => type === DEPLOYMENT && ["added", "replaced"].includes(action));
  if (renewed.length === 0) {
    const isLive = served.some(({ action }) => action !== "moved" && action !== "imported" && action !== "forgotten");
    return isLive ? [{ kind: "snapshot-stays" }] : [];
  }
  const replaced = renewed.filter(isNewSnapshot);
  const gone = served.filter(({ action }) => action === "destroyed").map(({ address }) => address);
  return [
    ...replaced.map(({ address }) => ({ kind: "snapshot-replaced", address }) as const),
    ...(replaced.length > 0 && gone.length > 0 ? [{ kind: "snapshot-still-serves", addresses: gone } as const] : []),
  ];
}
