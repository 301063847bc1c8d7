import type { CloudRunV2ServiceTemplateContainers } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import type { Service } from "../../intent/model/intent";

type Probes = Pick<CloudRunV2ServiceTemplateContainers, "startupProbe" | "livenessProbe">;

/** Two minutes to start in all: Cloud Run allows four (Cloud Run documentation, "Container health checks"). */
const STARTUP = { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 24 } as const;
const LIVENESS = { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 } as const;

/** Cloud Run asks the health path, or without one only whether the port is open; it never restarts on that alone. */
export function probes(service: Pick<Service, "healthPath" | "port">): Probes {
  if (service.healthPath === undefined) {
    return { startupProbe: { ...STARTUP, initialDelaySeconds: 0, tcpSocket: { port: service.port } } };
  }
  const httpGet = { path: service.healthPath, port: service.port };
  return {
    startupProbe: { ...STARTUP, initialDelaySeconds: 0, httpGet },
    livenessProbe: { ...LIVENESS, initialDelaySeconds: 0, httpGet },
  };
}
