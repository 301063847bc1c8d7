import type { AuthorizerPolicy } from "../../functions/authorizer/policy";
import type { Service } from "../../intent/intent";
import type { Allowances } from "./allowances";
import type { Attributes, DeclaredResource, DeclaredStack } from "./declared-stack";
import { texts } from "./iam-statements";
import { type Finding, PolicyRule } from "./rule";
import { type SidecarRules, sidecarRules } from "./sidecar-rules";

/** What a service is to have: by whom it may be invoked, and whether Envoy stands before its app. */
type Expected = Pick<Service, "id" | "name" | "verifiesCallerToken">;

/**
 * Where Envoy is to verify callers' tokens, it is the only container that is reached, it is pinned, and its rules cover
 * every route of the service, with the policy's scopes and no other way in. IAM's check is off there alone.
 */
export class VerifiedCallers extends PolicyRule {
  readonly id = "verified-callers";

  constructor(
    allowances: Allowances,
    private readonly policy: AuthorizerPolicy,
    private readonly services: readonly Expected[],
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    return stack.ofType("google_cloud_run_v2_service").flatMap((service) => {
      const { address, attributes } = service;
      const expected = this.services.find(({ name }) => name === attributes.name);
      if (expected === undefined) return [{ address, message: "is no service of the config" }];
      if (!expected.verifiesCallerToken) return [];
      return this.faults(stack, service, expected.id).map((message) => ({ address, message }));
    });
  }

  private faults(stack: DeclaredStack, service: DeclaredResource, id: string): readonly string[] {
    const containers = containersOf(service);
    const [ingress, ...others] = containers.filter(({ ports }) => ports !== undefined);
    if (ingress?.name !== "envoy" || others.length > 0) {
      return ["lets calls reach another container than envoy: only envoy may have ports"];
    }
    const rules = sidecarRules(stack, service, texts(ingress.args));
    return [
      ...(/@sha256:[0-9a-f]{64}$/.test(String(ingress.image))
        ? []
        : ["runs an Envoy that is not pinned by its digest"]),
      ...(ingress.command === undefined ? [] : ["runs another command than Envoy's own: remove it"]),
      ...(typeof rules === "string" ? [rules] : this.gaps(rules, id)),
    ];
  }

  private gaps(rules: SidecarRules, id: string): readonly string[] {
    const routes = Object.entries(this.policy.routes).filter(([, { service }]) => service === id);
    const expected = new Map(
      routes.map(([key, { access }]) => [key, access === "public" ? "public" : [...access.scopes].sort().join(" ")]),
    );
    return [
      ...rules.faults,
      ...[...expected].flatMap(([key, access]) => {
        const found = rules.routes.get(key);
        if (found === access) return [];
        return [`has no rule for ${key}: expected ${access}, Envoy asks for ${found ?? "nothing"}`];
      }),
      ...[...rules.routes.keys()]
        .filter((key) => !expected.has(key))
        .map((key) => `opens ${key}, which the policy has not`),
    ];
  }
}

function containersOf({ attributes }: DeclaredResource): readonly Attributes[] {
  const { containers } = (attributes.template ?? {}) as { containers?: readonly Attributes[] };
  return containers ?? [];
}
