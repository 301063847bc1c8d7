import type { Action, ChangeModel, Handshake, ResourceChange } from "../model/change";
import { compareText, groupedBy } from "../terraform-json/order";
import { serviceOf } from "../types/services";

const MEANS: Readonly<Record<Handshake, string>> = {
  federated: "Cloud Run checks the invoker again, so no call bypasses the gateway, its functions and its throttles",
  "shared-issuer":
    "Cloud Run no longer checks the invoker: anyone with a valid token may call past the gateway, whose throttles and network rules then do not apply, and Envoy in front of each app decides",
};

/** The effect of a changed handshake, in one sentence; undefined if no service changes its handshake. */
export function handshakeSentence({
  handshake,
  resources,
}: Pick<ChangeModel, "handshake" | "resources">): string | undefined {
  if (handshake === undefined) return undefined;
  const sentences = (["shared-issuer", "federated"] as const).flatMap((to) => {
    const services = handshake[to];
    const from = to === "federated" ? "shared-issuer" : "federated";
    return services === undefined
      ? []
      : [`handshake of ${services.join(", ")} changes from ${from} to ${to}: ${MEANS[to]}`];
  });
  return [...sentences, ...counted(resources, "destroyed"), ...counted(resources, "added")].join("; ");
}

function counted(resources: readonly ResourceChange[], wanted: Action): readonly string[] {
  const found = resources.filter(({ type, action }) => action === wanted && type !== "");
  const groups = [...groupedBy(found, ({ type }) => serviceOf(type).service)].sort(([a], [b]) => compareText(a, b));
  const words = groups.map(([service, { length }]) => `${service} ${length}`);
  return words.length === 0 ? [] : [`${wanted} with it: ${words.join(", ")}`];
}
