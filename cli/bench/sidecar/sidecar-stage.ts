import { createRequire } from "node:module";
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
import { startServer } from "../door/door-process";
import { NotMeasured } from "../measure/figure";
import { SCRIPTS } from "../measure/node-process";

/** The exports of `caller-tokens.cjs`. */
interface CallerTokens {
  readonly keySet: object;
  readonly routeKey: string;
  sign(index: number): { readonly token: string };
}

const KEYS_HOST = "cognito-idp.eu-west-1.amazonaws.com";

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
    private readonly tokens: CallerTokens,
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
    const tokens = callerTokens(policy);
    const owner = policy.routes[tokens.routeKey]?.service;
    const service = intent.services.find(({ id }) => id === owner);
    if (service === undefined) throw new NotMeasured(`no service of ${intent.environment} has ${tokens.routeKey}`);
    const issuer = await LocalTls.start(new Map([[KEYS_HOST, async () => json(200, tokens.keySet)]]));
    const app = await startServer();
    return new SidecarStage(found.path, intent, service, policy, tokens, issuer, app);
  }

  /** The service itself, past Envoy. */
  get appUrl(): string {
    return `http://127.0.0.1:${this.app.port}${this.path}`;
  }

  token(): string {
    return this.tokens.sign(0).token;
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
    return this.tokens.routeKey.split(" ")[1] ?? "/";
  }

  /** The stack's declaration for this service, with this machine's addresses. */
  private configuration(ports: Record<"ingress" | "probe", number>): string {
    const keys = { host: KEYS_HOST, path: "/keys" };
    const sidecar = sidecarsOf(this.intent, {
      variables: variablesOf(this.policy),
      keys: Object.fromEntries(this.policy.issuers.map(({ id }) => [id, keys])),
    })(this.service);
    if (sidecar === undefined) throw new NotMeasured(`no Envoy stands before ${this.service.id}`);
    const at = (port: number) => ({ address: "127.0.0.1", port });
    return withAddresses(configurationText(envoyConfiguration(sidecar)), {
      listeners: { ingress: at(ports.ingress), probe: at(ports.probe) },
      app: at(this.app.port),
      hosts: { [KEYS_HOST]: at(this.issuer.port) },
      authorities: this.issuer.authorityFile,
    });
  }
}

/** Made-up values in the form of an apply's values. */
function variablesOf({ issuers }: AuthorizerPolicy): Readonly<Record<string, string>> {
  const pools = issuers.flatMap((issuer) => (issuer.kind === "cognito" ? [issuer] : []));
  return Object.fromEntries(
    pools.flatMap(({ issuerFrom, clients }) => [
      [issuerFrom, `https://${KEYS_HOST}/eu-west-1_${issuerFrom}`],
      ...clients.map(({ clientIdFrom }) => [clientIdFrom, clientIdFrom.toLowerCase()] as const),
    ]),
  );
}

/** Tokens of a caller for the first GET that a client of a user pool may send. */
function callerTokens(policy: AuthorizerPolicy): CallerTokens {
  const { CallerTokens } = createRequire(__filename)(join(SCRIPTS, "authorizer", "caller-tokens.cjs"));
  const routes = Object.entries(policy.routes).filter(([key]) => key.startsWith("GET "));
  return new CallerTokens({ ...policy, routes: Object.fromEntries(routes) }, variablesOf(policy));
}
