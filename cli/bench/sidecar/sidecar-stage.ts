import { join } from "node:path";
import type { Intent } from "../../../intent/model/intent";
import { withAddresses } from "../../../packages/local-front-door/envoy/addresses";
import { envoyBinary } from "../../../packages/local-front-door/envoy/binary";
import { EnvoyProcess } from "../../../packages/local-front-door/envoy/process";
import { json } from "../../../packages/local-front-door/net/local-http";
import { freePorts } from "../../../packages/local-front-door/net/loopback";
import { LocalTls } from "../../../packages/local-front-door/net/tls";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { envoyConfiguration, PROBE_PATH } from "../../../stacks/google/envoy/configuration";
import { configurationText, delivery } from "../../../stacks/google/envoy/delivery";
import { sidecarsOf } from "../../../stacks/sidecars";
import { BUILD, PACKAGE } from "../../process/project";
import type { TestIssuers } from "../../testing/tokens";
import { calledRoute, clientIssuers } from "../authorizer/artefact";
import { startServer } from "../door/door-process";
import { NotMeasured } from "../measure/figure";

export interface RunningEnvoy {
  readonly url: string;
  readonly pid: number;
  /** From the start of its process until its probe answered. */
  readonly milliseconds: number;
  stop(): Promise<void>;
}

/**
 * One service of the config, the sidecar that verifies its callers, and the servers that both need: all on 127.0.0.1.
 */
export interface SidecarStage {
  /** The service itself, without Envoy. */
  readonly appUrl: string;
  token(): string;
  envoy(): Promise<RunningEnvoy>;
  close(): Promise<void>;
}

export async function openStage(intents: readonly Intent[]): Promise<SidecarStage> {
  const intent = intents.find(({ services }) => services.some(({ verifiesCallerToken }) => verifiesCallerToken));
  if (intent === undefined) throw new NotMeasured("no environment of config/ has a service behind Envoy");
  const found = envoyBinary({
    folder: join(PACKAGE, "packages/local-front-door/envoy"),
    build: BUILD,
    progress: (line) => console.error(`sidecar: ${line}`),
  });
  if ("missing" in found) throw new NotMeasured(`Envoy is not available: ${found.missing}`);
  const policy = authorizerPolicy(intent);
  const issuers = clientIssuers(policy);
  const { route, caller } = calledRoute(policy, /^GET /);
  const service = intent.services.find(({ id }) => id === policy.routes[route]?.service);
  if (service === undefined) throw new NotMeasured(`no service of ${intent.environment} has ${route}`);
  const { host, keys } = keysOf(issuers);
  const sidecar = sidecarsOf(intent, {
    variables: issuers.environment,
    keys: Object.fromEntries(policy.issuers.map(({ id }) => [id, { host, path: "/keys" }])),
  })(service);
  if (sidecar === undefined) throw new NotMeasured(`${service.id} has no Envoy`);
  const issuer = await LocalTls.start(new Map([[host, async () => json(200, keys)]]));
  const app = await startServer();
  const path = route.replace(/^GET /, "");
  const at = (port: number) => ({ address: "127.0.0.1", port });
  return {
    appUrl: `http://127.0.0.1:${app.port}${path}`,
    token: () => issuers.tokenOf(caller) ?? "",
    envoy: async () => {
      const [ingress = 0, probe = 0] = await freePorts(2);
      // The stack's declaration for this service, with this machine's addresses.
      const configuration = withAddresses(configurationText(envoyConfiguration(sidecar)), {
        listeners: { ingress: at(ingress), probe: at(probe) },
        app: at(app.port),
        hosts: { [host]: at(issuer.port) },
        authorities: issuer.authorityFile,
      });
      const start = performance.now();
      const running = await EnvoyProcess.start({
        binary: found.path,
        args: delivery("{}").args.map((each) => (each === "{}" ? configuration : each)),
        address: `Envoy of ${service.id}`,
        probe: { port: probe, path: PROBE_PATH },
        onLine: () => {},
        onEnd: (why) => console.error(`sidecar: Envoy ${why}`),
      });
      const milliseconds = performance.now() - start;
      const url = `http://127.0.0.1:${ingress}${path}`;
      return { url, pid: running.pid ?? 0, milliseconds, stop: () => running.stop() };
    },
    close: async () => {
      app.stop();
      await issuer.stop();
    },
  };
}

/** The key set that signs the callers' tokens, and its host. */
function keysOf({ documents }: TestIssuers) {
  const [url, text] = Object.entries(documents).find(([each]) => each.endsWith("/jwks.json")) ?? [];
  if (url === undefined || text === undefined) throw new NotMeasured("no user pool signs tokens");
  return { host: new URL(url).host, keys: JSON.parse(text) };
}
