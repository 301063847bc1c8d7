import { join } from "node:path";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import type { Intent, Service } from "../../../intent/model/intent";
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
export class SidecarStage {
  private constructor(
    private readonly binary: string,
    private readonly intent: Intent,
    private readonly service: Service,
    private readonly policy: AuthorizerPolicy,
    private readonly issuers: TestIssuers,
    private readonly called: ReturnType<typeof calledRoute>,
    private readonly issuer: LocalTls,
    private readonly app: { readonly port: number; stop(): void },
  ) {}

  static async open(intents: readonly Intent[]): Promise<SidecarStage> {
    const intent = intents.find(({ services }) => services.some(({ verifiesCallerToken }) => verifiesCallerToken));
    if (intent === undefined) throw new NotMeasured("no environment of config/ has a service that Envoy stands before");
    const found = envoyBinary({
      folder: join(PACKAGE, "packages/local-front-door/envoy"),
      build: BUILD,
      progress: (line) => console.error(`sidecar: ${line}`),
    });
    if ("missing" in found) throw new NotMeasured(`no Envoy here: ${found.missing}`);
    const policy = authorizerPolicy(intent);
    const issuers = clientIssuers(policy);
    const called = calledRoute(policy, /^GET /);
    const owner = policy.routes[called.route]?.service;
    const service = intent.services.find(({ id }) => id === owner);
    if (service === undefined) throw new NotMeasured(`no service of ${intent.environment} has ${called.route}`);
    const issuer = await LocalTls.start(new Map([[keysOf(issuers).host, async () => json(200, keysOf(issuers).keys)]]));
    const app = await startServer();
    return new SidecarStage(found.path, intent, service, policy, issuers, called, issuer, app);
  }

  /** The service itself, past Envoy. */
  get appUrl(): string {
    return `http://127.0.0.1:${this.app.port}${this.path}`;
  }

  token(): string {
    return this.issuers.tokenOf(this.called.caller) ?? "";
  }

  async envoy(): Promise<RunningEnvoy> {
    const [ingress = 0, probe = 0] = await freePorts(2);
    const args = delivery("{}").args.map((each) => (each === "{}" ? this.configuration({ ingress, probe }) : each));
    const start = performance.now();
    const running = await EnvoyProcess.start({
      binary: this.binary,
      args,
      address: `Envoy of ${this.service.id}`,
      probe: { port: probe, path: PROBE_PATH },
      onLine: () => {},
      onEnd: (why) => console.error(`sidecar: Envoy ${why}`),
    });
    const milliseconds = performance.now() - start;
    const url = `http://127.0.0.1:${ingress}${this.path}`;
    return { url, pid: running.pid ?? 0, milliseconds, stop: () => running.stop() };
  }

  async close(): Promise<void> {
    this.app.stop();
    await this.issuer.stop();
  }

  private get path(): string {
    return this.called.route.replace(/^GET /, "");
  }

  /** The stack's declaration for this service, with this machine's addresses. */
  private configuration(ports: Record<"ingress" | "probe", number>): string {
    const { host } = keysOf(this.issuers);
    const keys = { host, path: "/keys" };
    const sidecar = sidecarsOf(this.intent, {
      variables: this.issuers.environment,
      keys: Object.fromEntries(this.policy.issuers.map(({ id }) => [id, keys])),
    })(this.service);
    if (sidecar === undefined) throw new NotMeasured(`no Envoy stands before ${this.service.id}`);
    const at = (port: number) => ({ address: "127.0.0.1", port });
    return withAddresses(configurationText(envoyConfiguration(sidecar)), {
      listeners: { ingress: at(ports.ingress), probe: at(ports.probe) },
      app: at(this.app.port),
      hosts: { [host]: at(this.issuer.port) },
      authorities: this.issuer.authorityFile,
    });
  }
}

/** The key set that signs the callers' tokens, and its host. */
function keysOf({ documents }: TestIssuers) {
  const [url, text] = Object.entries(documents).find(([each]) => each.endsWith("/jwks.json")) ?? [];
  if (url === undefined || text === undefined) throw new NotMeasured("no user pool signs tokens");
  return { host: new URL(url).host, keys: JSON.parse(text) };
}
