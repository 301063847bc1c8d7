import { envoysOf } from "../access/envoys";
import type { Action, ResourceChange } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { compareText, groupedBy } from "../terraform-json/order";
import { resourcesOf } from "../terraform-json/stack-json";
import { serviceOf } from "../types/services";

/** The way in which a service verifies a call. */
type Handshake = "federated" | "shared-issuer";

const MEANS: Readonly<Record<Handshake, string>> = {
  federated: "Cloud Run checks the invoker again, so no call bypasses the gateway, its functions and its throttles",
  "shared-issuer":
    "Cloud Run no longer checks the invoker: anyone with a valid token may call past the gateway, whose throttles and network rules then do not apply, and Envoy in front of each app decides",
};

/** The effect of a changed handshake, in one sentence; undefined if no service of both stacks changes its handshake. */
export function handshakeSwitch(
  before: SynthesizedState,
  after: SynthesizedState,
  resources: readonly ResourceChange[],
): string | undefined {
  const [former, latest] = [handshakes(before), handshakes(after)];
  const turned = [...latest].filter(
    ([address, now]) => former.has(address) && former.get(address)?.handshake !== now.handshake,
  );
  const sentences = (["shared-issuer", "federated"] as const).flatMap((to) => {
    const services = turned.filter(([, now]) => now.handshake === to).map(([, { name }]) => name);
    const from = to === "federated" ? "shared-issuer" : "federated";
    return services.length === 0
      ? []
      : [`handshake of ${services.join(", ")} changes from ${from} to ${to}: ${MEANS[to]}`];
  });
  if (sentences.length === 0) return undefined;
  return [...sentences, ...counted(resources, "destroyed"), ...counted(resources, "added")].join("; ");
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

function counted(resources: readonly ResourceChange[], wanted: Action): readonly string[] {
  const found = resources.filter(({ type, action }) => action === wanted && type !== "");
  const groups = [...groupedBy(found, ({ type }) => serviceOf(type).service)].sort(([a], [b]) => compareText(a, b));
  const words = groups.map(([service, { length }]) => `${service} ${length}`);
  return words.length === 0 ? [] : [`${wanted} with it: ${words.join(", ")}`];
}
