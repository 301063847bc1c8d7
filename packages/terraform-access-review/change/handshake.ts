import { envoysOf } from "../access/envoys";
import type { Handshake, HandshakeChange } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { resourcesOf } from "../terraform-json/stack-json";

/** The services of both stacks whose handshake differs; undefined if there is none. */
export function handshakeChange(before: SynthesizedState, after: SynthesizedState): HandshakeChange | undefined {
  const [former, latest] = [handshakes(before), handshakes(after)];
  const found: Partial<Record<Handshake, string[]>> = {};
  for (const [address, { name, handshake }] of latest) {
    const was = former.get(address)?.handshake;
    if (was === undefined || was === handshake) continue;
    found[handshake] = [...(found[handshake] ?? []), name];
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Handshakes by address. A service with unreadable access has none: the ledger has a row for that. */
function handshakes({ stack, envoy }: SynthesizedState) {
  const envoys = envoysOf(stack, envoy);
  const found = new Map<string, { readonly name: string; readonly handshake: Handshake }>();
  for (const { address, attributes } of resourcesOf(stack, "google_cloud_run_v2_service")) {
    const name = String(attributes.name);
    if (attributes.invoker_iam_disabled === false) found.set(address, { name, handshake: "federated" });
    else if (envoys.get(address)?.isRead) found.set(address, { name, handshake: "shared-issuer" });
  }
  return found;
}
