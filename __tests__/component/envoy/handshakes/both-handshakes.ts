import type { JSONWebKeySet } from "jose";
import { type Clouds, startClouds } from "../../../../packages/local-front-door/clouds";
import { Stack } from "../../../../packages/local-front-door/terraform/stack";
import { ForgedIssuer, signingPair } from "../../../system/attack/support/forged-issuer";
import { Internet } from "../../../system/attack/support/internet";
import { Secrets } from "../../../system/attack/support/secrets";
import { EchoApp } from "../support/echo-app";
import { Envoy, send } from "../support/envoy";
import type { Answers, HandshakeCall } from "./call";
import { JwtEdge } from "./edge";
import { PARTNERS } from "./partner-issuer";
import { BothStacks } from "./stacks";

/** Names of the headers that give the app the caller. */
const CALLER = [
  ...["x-caller-subject", "x-caller-client", "x-caller-actor", "x-caller-scopes", "x-caller-issuer"],
  "x-gateway-route",
];

/** The response, and the caller that the app got if the request reached it. */
export interface Decided extends Answers {
  readonly headersByAuthorizer?: readonly (string | undefined)[];
  readonly headersByEnvoy?: readonly (string | undefined)[];
}

/**
 * The example's `preview` under both handshakes, with a user pool and one issuer more between them: the federated one whole,
 * from its archive, in the local clouds; the shared one as the Envoys that its services run, and as the gateway's documented
 * rules.
 */
export class BothHandshakes {
  private constructor(
    private readonly stops: readonly (() => unknown)[],
    private readonly clouds: Clouds,
    private readonly app: EchoApp,
    private readonly envoys: ReadonlyMap<string, Envoy>,
    private readonly edge: JwtEdge,
    /** The user pool. */
    readonly customers: ForgedIssuer,
    /** The issuer of the kind `oidc`. */
    readonly partners: ForgedIssuer,
    /** App client ids by the client's name in the config. */
    readonly clients: ReadonlyMap<string, string>,
    /** Routes of the shared stack: route key, scopes of which one is needed. */
    readonly routes: readonly (readonly [key: string, scopes: readonly string[]])[],
  ) {}

  /** Starts everything or nothing: if a part fails, the parts that were started are stopped. */
  static async open(binary: string): Promise<BothHandshakes> {
    const stops: (() => unknown)[] = [];
    try {
      return await BothHandshakes.start(binary, stops);
    } catch (error) {
      await stopAll(stops);
      throw error;
    }
  }

  private static async start(binary: string, stops: (() => unknown)[]): Promise<BothHandshakes> {
    const stacks = new BothStacks();
    stops.push(() => stacks.remove());
    const secrets = new Secrets();
    const internet = new Internet(secrets);
    const gateway = { throttling: false };
    const clouds = await internet.during(() => startClouds({ stackFile: stacks.federated, gateway }));
    stops.push(() => clouds.stop());
    const stack = Stack.read(stacks.shared);
    const customers = new ForgedIssuer(issuerOf(stack), await signingPair("customers-1"), secrets);
    const partners = new ForgedIssuer(PARTNERS.issuer.issuer, await signingPair("partners-1"), secrets);
    for (const { host, handle } of [customers, partners]) internet.intercept(host, handle);
    const app = await EchoApp.start();
    stops.push(() => app.stop());
    const address = { address: "127.0.0.1", port: clouds.tls.port };
    const hosts = { [customers.host]: address, [partners.host]: address };
    const addresses = { app: app.address, hosts, authorities: clouds.tls.authorityFile };
    const envoys = new Map<string, Envoy>();
    for (const service of stack.all("google_cloud_run_v2_service")) {
      const envoy = await Envoy.start(binary, configurationOf(stack.value(service, "template")), addresses);
      stops.push(() => envoy.stop());
      envoys.set(service.name, envoy);
    }
    const clients = stack.all("aws_cognito_user_pool_client");
    const routes = stack.all("aws_apigatewayv2_route");
    return new BothHandshakes(
      stops,
      clouds,
      app,
      envoys,
      new JwtEdge(stack, (url) => keysOf([customers, partners], url)),
      customers,
      partners,
      new Map(clients.map((each) => [each.name.replaceAll("_", "-"), stack.text(each, "id")])),
      routes.map((each) => [stack.text(each, "route_key"), stack.texts(each, "authorization_scopes")]),
    );
  }

  async decide(request: HandshakeCall): Promise<Decided> {
    const { method, target } = request;
    const headers = request.headers.flat();
    const before = this.app.received.length;
    // Asks the function itself, without cached results.
    this.clouds.gateway.resetAuthorizersCache();
    const federated = await send(Number(new URL(this.clouds.url).port), { method, path: target, headers });
    const [, first = ""] = target.split(/[/?]/);
    const envoy = this.envoys.get(first) ?? this.envoys.get("orders");
    if (envoy === undefined) throw new Error("expected an Envoy of orders");
    const shared = await envoy.send({ method, path: target, headers });
    const reached = this.app.received.slice(before);
    if (reached.length !== Number(shared.status === 200)) {
      throw new Error(`${method} ${target}: ${shared.status}, and the app was reached ${reached.length} times`);
    }
    return {
      authorizer: federated.status,
      envoy: shared.status,
      gateway: await this.edge.status(request),
      ...(federated.status === 200 &&
        method !== "HEAD" && { headersByAuthorizer: callerHeadersIn((JSON.parse(federated.body) as Echoed).headers) }),
      ...(reached[0] !== undefined && { headersByEnvoy: callerHeadersIn(reached[0].headers) }),
    };
  }

  close(): Promise<void> {
    return stopAll(this.stops);
  }
}

/** Stops the parts in reverse order. */
async function stopAll(stops: readonly (() => unknown)[]): Promise<void> {
  for (const stop of [...stops].reverse()) await stop();
}

function issuerOf(stack: Stack): string {
  const [pool] = stack.all("aws_cognito_user_pool");
  if (pool === undefined) throw new Error("expected a user pool");
  return `https://${stack.text(pool, "endpoint")}`;
}

function keysOf(issuers: readonly ForgedIssuer[], url: string): JSONWebKeySet {
  const keys = issuers.find((issuer) => issuer.url === url)?.published;
  if (keys === undefined) throw new Error(`expected no authorizer of ${url}`);
  return { keys } as JSONWebKeySet;
}

interface Echoed {
  readonly headers: readonly (readonly [string, string])[];
}

function callerHeadersIn(headers: Echoed["headers"]): readonly (string | undefined)[] {
  const values = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  return CALLER.map((name) => values.get(name));
}

/** The argument as Terraform would give it to Cloud Run. */
function configurationOf(template: unknown): string {
  const { containers } = template as { containers: readonly { name: string; args?: readonly string[] }[] };
  const { args = [] } = containers.find(({ name }) => name === "envoy") ?? {};
  const at = args.indexOf("--config-yaml");
  const text = args[at + 1];
  if (at < 0 || text === undefined) throw new Error("expected a container envoy with --config-yaml");
  return text;
}
