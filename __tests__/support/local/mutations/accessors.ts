import { block, type Change } from "../document";
import { named, nameOf } from "./declarations";

/** A secret with the service whose containers read it, mounted there. */
export interface Accessor {
  readonly address: string;
  readonly service: string;
  readonly mount: (service: string) => Change;
}

export const ACCESSORS: readonly Accessor[] = named("google_secret_manager_secret_iam_binding").map((address) => ({
  address,
  service: nameOf(address).split("_")[0] ?? "",
  mount: (service) => (changed) => {
    const { template } = block(changed, `google_cloud_run_v2_service.${service}`) as {
      template: { containers: { env: unknown[] }[] };
    };
    const secret = block(changed, address).secret_id;
    template.containers[0]?.env.push({ name: "SECRET", value_source: { secret_key_ref: { secret, version: "1" } } });
  },
}));
