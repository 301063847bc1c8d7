import type { Service } from "../../intent/model/intent";
import type { Allowances } from "./allowances";
import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { type ExpectedEnvoy, envoyFaults } from "./envoy-container";
import { type Finding, PolicyRule } from "./rule";

/** What a service is to have: whether Envoy stands before its app. */
type Expected = Pick<Service, "id" | "name" | "verifiesCallerToken">;

/**
 * Where Envoy is to verify callers' tokens, it is the only container that is reached, it is pinned, and its configuration
 * is to the letter the one that the policy gives: a search for known parts would pass what somebody adds beside them. IAM's
 * check is off there alone.
 */
export class VerifiedCallers extends PolicyRule {
  readonly id = "verified-callers";

  /** @param envoyOf what the program itself would put before a service's app, by the service's id */
  constructor(
    allowances: Allowances,
    private readonly services: readonly Expected[],
    private readonly envoyOf: (service: string) => ExpectedEnvoy | undefined,
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    return stack.ofType("google_cloud_run_v2_service").flatMap((service) => {
      const { address } = service;
      return this.faults(stack, service).map((message) => ({ address, message }));
    });
  }

  private faults(stack: DeclaredStack, service: DeclaredResource): readonly string[] {
    const expected = this.services.find(({ name }) => name === service.attributes.name);
    if (expected === undefined) return ["is no service of the config"];
    const envoy = this.envoyOf(expected.id);
    if (envoy !== undefined) return envoyFaults(stack, service, envoy);
    return expected.verifiesCallerToken ? ["is to have Envoy before its app, and nothing says which"] : [];
  }
}
