import type { Service } from "../../intent/model/intent";
import { resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type ExpectedEnvoy, envoyFaults } from "./envoy-container";
import type { BuiltInRule, Resource, StackJson } from "./rule";

/** The expected state of a service: whether Envoy runs in front of its app. */
type Expected = Pick<Service, "id" | "name" | "verifiesCallerToken">;

interface Verified {
  readonly services: readonly Expected[];
  /** The Envoy that the program would put in front of a service's app, by the service's id. */
  readonly envoyOf: (service: string) => ExpectedEnvoy | undefined;
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
  findings: (stack, { services, envoyOf }) =>
    resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => {
      const { address } = service;
      return faults(stack, service, services, envoyOf).map((message) => ({ address, message }));
    }),
};

function faults(
  stack: StackJson,
  service: Resource,
  services: Verified["services"],
  envoyOf: Verified["envoyOf"],
): readonly string[] {
  const expected = services.find(({ name }) => name === service.attributes.name);
  if (expected === undefined) return ["is not a service of the config"];
  const envoy = envoyOf(expected.id);
  if (envoy !== undefined) return envoyFaults(stack, service, envoy);
  return expected.verifiesCallerToken ? ["needs Envoy in front of its app, but config names no image"] : [];
}
