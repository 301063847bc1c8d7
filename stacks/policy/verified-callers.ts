import type { EnvoyContainer } from "../../contract/envoy/container";
import type { Service } from "../../intent/model/intent";
import { envoyFaults } from "../../packages/terraform-access-review/terraform-json/envoy-container";
import { resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { BuiltInRule, Resource, StackJson } from "./rule";

/** The expected state of a service: whether Envoy runs in front of its app. */
type Expected = Pick<Service, "name" | "verifiesCallerToken">;

interface Verified {
  readonly services: readonly Expected[];
  /** The Envoys that the program would put in front of apps, by name of the Cloud Run service. */
  readonly envoys: ReadonlyMap<string, EnvoyContainer>;
}

/**
 * If Envoy must verify callers' tokens, it is the only reachable container, it is pinned, and its configuration is
 * exactly the one derived from the policy. A search for known parts would miss additions. Only there may the IAM check
 * be disabled.
 */
export const verifiedCallers: BuiltInRule<Verified> = {
  id: "verified-callers",
  promise:
    "Where Envoy verifies tokens, it is the only container that receives requests. It runs the image of config, and its configuration equals the policy.",
  findings: (stack, { services, envoys }) =>
    resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => {
      const { address } = service;
      return faults(stack, service, services, envoys).map((message) => ({ address, message }));
    }),
};

function faults(
  stack: StackJson,
  service: Resource,
  services: Verified["services"],
  envoys: Verified["envoys"],
): readonly string[] {
  const expected = services.find(({ name }) => name === service.attributes.name);
  if (expected === undefined) return ["is not a service of the config"];
  const envoy = envoys.get(expected.name);
  if (envoy !== undefined) return envoyFaults(stack, service, envoy);
  return expected.verifiesCallerToken ? ["needs Envoy in front of its app, but config names no image"] : [];
}
