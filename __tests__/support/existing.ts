import { App } from "cdktf";
import type { ExistingService, Intent } from "../../intent/model/intent";
import { EnvironmentStack } from "../../stacks/environment-stack";
import { intentOf } from "./shop";
import { BUILD, stackOf } from "./stack";

/** Where the existing service of these tests is: in a project of its own. */
export const EXISTING: ExistingService = { name: "orders", region: "europe-west4", project: "acme-orders" };

/** An environment of the shop whose orders service is an existing one. */
export function existing(environment: string, of: Intent = intentOf(environment), place = EXISTING): Intent {
  const services = of.services.map((service) =>
    service.id === "orders" ? { ...service, existing: place, image: "", secrets: [], environment: [] } : service,
  );
  return { ...of, services };
}

/** What the stand-in providers read of existing services that are as each plan requires, for `meanwhile`. */
export function asRequired({ services }: Intent, found: object = {}, policy: object = {}): readonly object[] {
  return services.flatMap(({ audience, existing: place }) => {
    if (place === undefined) return [];
    const where = { name: place.name, location: place.region, project: place.project };
    const required = {
      invoker_iam_disabled: false,
      ingress: "INGRESS_TRAFFIC_ALL",
      custom_audiences: [audience],
      uri: `https://${place.name}-0a1b2c3d4e-ez.a.run.app`,
    };
    const bindings = [{ role: "roles/run.invoker", members: ["user:owner@acme.example"] }];
    return [
      { type: "data.google_cloud_run_v2_service", where, set: { ...required, ...found } },
      {
        type: "data.google_cloud_run_v2_service_iam_policy",
        where,
        set: { policy_data: JSON.stringify({ bindings, ...policy }) },
      },
    ];
  });
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of a stack
export type StackToBreak = any;

/** The stack of such an environment, to be changed. */
export function existingStack(intent = existing("dev")): StackToBreak {
  return { provider: {}, ...structuredClone(stackOf(intent).json) };
}

export function declaredStack(intent: Intent): EnvironmentStack {
  return new EnvironmentStack(new App(), intent.environment, { intent, buildFolder: BUILD });
}
