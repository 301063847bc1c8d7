import type { IConstruct } from "constructs";
import type { Intent, Service } from "../intent/model/intent";
import { delivery, MOUNT_PATH } from "./google/envoy/delivery";
import type { Sidecar } from "./google/envoy/sidecar";
import { envoyText } from "./google/verifier";
import type { ExpectedEnvoy } from "./policy/envoy-container";

/**
 * Rebuilds from the policy the Envoy that the program puts in front of a service's app. Rules compare the declarations
 * with it, so later changes are found. Undefined for a service without Envoy.
 */
export function expectedEnvoys(
  scope: IConstruct,
  { services, envoy }: Pick<Intent, "services" | "envoy">,
  sidecarOf: (service: Service) => Sidecar | undefined,
): (service: string) => ExpectedEnvoy | undefined {
  return (id) => {
    const service = services.find((each) => each.id === id);
    const sidecar = service && sidecarOf(service);
    if (sidecar === undefined || envoy === undefined) return undefined;
    const text = envoyText(scope, sidecar);
    const delivered = delivery(text);
    return {
      image: envoy.image,
      port: sidecar.ports.ingress,
      args: delivered.args,
      text,
      ...(delivered.kind === "mounted" && { mounted: { folder: MOUNT_PATH, file: delivered.file } }),
    };
  };
}
