import { EchoApp } from "../../__tests__/component/envoy/support/echo-app";
import { Envoy } from "../../__tests__/component/envoy/support/envoy";
import { envoyConfiguration } from "../../contract/envoy/configuration";
import { configurationText } from "../../contract/envoy/delivery";
import { type Sidecar, sidecarOf } from "../../contract/envoy/policy";
import { json, type LocalHost } from "../../packages/local-front-door/net/local-http";
import { LocalTls } from "../../packages/local-front-door/net/tls";
import { envoyPolicy } from "../../stacks/envoy-policy";
import { type Answer, cedarFor } from "./cedar";
import { type Compared, sameOpened } from "./compare";
import { Chance, drawConfig, drawTarget, drawToken, HOST, routeKeys, splitConfig } from "./draw";
import { type Drawn, type DrawnRequest, IDS, intentOf } from "./environment";
import { authorizationOf, FORMS, faultOf, type Presented, publishedKeys, tokenOf } from "./presented";

// biome-ignore lint/suspicious/noExplicitAny: config and claims as plain data
type Data = any;

const [POOL_HOST, POOL] = ["cognito-idp.eu-west-1.amazonaws.com", "eu-west-1_People"];
const HOSTS = [POOL_HOST, "partner.example.com", "workforce.example.com"];
const IMAGE = `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"7d2f4f4d".repeat(8)}`;
const TOKENS = 30;
const MOST_DRAWS = 300;

/** Seconds within which no token that is drawn begins or ends to be valid: Envoy's clock moves on. */
const STABLE_SECONDS = 300;

/** The values of Terraform's references in a configuration. */
const REFERENCES: Readonly<Record<string, string>> = {
  "aws_cognito_user_pool.people.endpoint": `${POOL_HOST}/${POOL}`,
  "aws_cognito_user_pool.people.id": POOL,
  "aws_cognito_user_pool_client.web.id": IDS.appClients.web ?? "",
  "aws_cognito_user_pool_client.job.id": IDS.appClients.job ?? "",
};

/** One environment with an Envoy at each service, with requests to it. Its tokens are valid now. */
export function drawForEnvoy(seed: number, count: number, now = Math.floor(Date.now() / 1000)): Drawn {
  const chance = new Chance(seed);
  for (let tries = 0; tries < MOST_DRAWS; tries += 1) {
    const config = withEnvoys(chance, drawConfig(chance));
    const { base, overlay } = splitConfig(chance, config);
    if (intentOf({ base, overlay }) === undefined) continue;
    const keys = routeKeys(config);
    const tokens = Array.from({ length: TOKENS }, () => stableToken(chance, config, now));
    const requests = Array.from({ length: count }, () => ({
      ...drawTarget(chance, keys),
      ...{ address: "203.0.113.9", origins: [], host: HOST, headers: ["Authorization", "X-Authorization"] as const },
      presented: longer(chance, chance.one(tokens)),
    }));
    return { config, base, overlay, revoked: [], ids: IDS, requests };
  }
  throw new Error(`seed ${seed}: none of ${MOST_DRAWS} configs is valid; SHOW_PROBLEMS=1 prints why`);
}

/** Some tokens exceed the authorizer's limit: few of those that `writtenAs` draws would be allowed otherwise. */
function longer(chance: Chance, presented: Presented): Presented {
  return presented.form === "bearer" && chance.is(0.02) ? { ...presented, form: "8193 bytes" } : presented;
}

/** The config without what an environment with Envoys cannot have. */
function withEnvoys(chance: Chance, drawn: Data): Data {
  const isShared = chance.is(0.6);
  const { allowedNetworks, defaultPlan, domain, throttle, ...gateway } = drawn.gateway;
  const { roles, partner, workforce, ...issuers } = drawn.issuers;
  const services = Object.fromEntries(
    Object.entries<Data>(drawn.services).map(([id, { mcp, ...service }]) => [
      id,
      isShared ? { ...service, routes: withoutAllOf(service.routes) } : { ...service, verifyCallerToken: true },
    ]),
  );
  if (partner && !isShared) issuers.partner = { ...partner, jwksUri: `${partner.issuer}/keys` };
  if (workforce) {
    const { scopeValues, scopeClaim, ...others } = workforce;
    const url = "https://workforce.example.com";
    const claim = chance.one(["scp", "scope"]);
    issuers.workforce = { ...others, issuer: url, jwksUri: `${url}/keys`, scopeClaim: claim };
  }
  // A route has callers of one issuer, because API Gateway accepts no more.
  const owners = Object.fromEntries(Object.keys(services).map((id) => [id, chance.one(Object.keys(issuers))]));
  const owned = (issuer: string) => (scope: string) => !isShared || owners[scope.split("/")[0] ?? ""] === issuer;
  for (const [id, issuer] of Object.entries<Data>(issuers)) {
    if (!issuer.clients) continue;
    issuer.scopes = issuer.scopes.filter(owned(id));
    if (issuer.scopes.length === 0) {
      delete issuer.scopes;
      delete issuer.clients;
    }
  }
  const clients = Object.entries<Data>(drawn.clients)
    .filter(([, { issuer, claims }]) => issuer in issuers && claims === undefined)
    .map(([id, { scopeClaim: _, ...client }]) => [
      id,
      { ...client, scopes: client.scopes.filter(owned(client.issuer)) },
    ])
    .filter(([, { scopes }]) => scopes.length > 0);
  return {
    ...{ ...drawn, services, issuers, clients: Object.fromEntries(clients), envoy: { image: IMAGE } },
    ...{ handshake: isShared ? "shared-issuer" : "federated" },
    gateway: { ...gateway, kind: "http", ...(!isShared && { throttle }) },
  };
}

function withoutAllOf(routes: Data): Data {
  const single = (need: Data) => need.allOf?.[0] ?? need;
  return Object.fromEntries(
    Object.entries<Data>(routes).map(([key, access]) => {
      if (access === "public") return [key, access];
      return [key, { ...access, scopes: [...new Set([access.scopes].flat().map(single))] }];
    }),
  );
}

function stableToken(chance: Chance, config: Data, now: number): Presented {
  for (;;) {
    const token = { ...drawToken(chance, config, IDS, now), ...(chance.is(0.15) && chance.one(ACCEPTED_BY_ENVOY)) };
    const { exp, nbf, scope } = token.claims;
    if (typeof scope === "string" && chance.is(0.05)) token.claims.scope = scope.split(" ");
    if (chance.is(0.15)) Object.assign(token.claims, chance.one([{ scope: 7 }, { iat: now + 3600 }]));
    const isNear = (time: unknown) => typeof time === "number" && Math.abs(time - now) < STABLE_SECONDS;
    if (!isNear(exp) && !isNear(nbf)) return token;
  }
}

/** Real Envoys in front of one app, with local issuers. */
export class RealEnvoys {
  private readonly tokens = new WeakMap<Presented, string>();

  private constructor(
    private readonly binary: string,
    private readonly app: EchoApp,
    private readonly tls: LocalTls,
  ) {}

  static async start(binary: string): Promise<RealEnvoys> {
    // Envoy tries a key without an id with every token.
    const named = publishedKeys().filter((key: Data) => typeof key?.kid === "string" && key.kid !== "");
    const keys: LocalHost = async () => json(200, { keys: named });
    const tls = await LocalTls.start(new Map(HOSTS.map((host) => [host, keys])));
    return new RealEnvoys(binary, await EchoApp.start(), tls);
  }

  async stop(): Promise<void> {
    await Promise.all([this.app.stop(), this.tls.stop()]);
  }

  /** Envoy's and Cedar's decisions. Undefined if the config breaks a rule. */
  async compared(drawn: Drawn): Promise<readonly Compared[] | undefined> {
    const intent = intentOf(drawn);
    const policy = intent && envoyPolicy(intent);
    if (policy === undefined) return undefined;
    const cedar = cedarFor(drawn.config, { ...IDS, revoked: [], now: Math.floor(Date.now() / 1000) });
    const address = { address: "127.0.0.1", port: this.tls.port };
    const addresses = {
      app: this.app.address,
      hosts: Object.fromEntries(HOSTS.map((host) => [host, address])),
      authorities: this.tls.authorityFile,
    };
    const envoys = new Map<string, Envoy>();
    try {
      for (const { id, name } of intent?.services ?? []) {
        const text = configurationText(envoyConfiguration(sidecarOf(policy, name) as Sidecar));
        envoys.set(id, await Envoy.start(this.binary, withValues(text), addresses));
      }
      const found: Compared[] = [];
      for (const request of drawn.requests) {
        const [, service = ""] = request.path.split("/");
        const envoy = envoys.get(service) ?? [...envoys.values()][0];
        if (envoy === undefined) continue;
        const one = await this.answered(envoy, request);
        const { other, by } = decidedForEnvoy(cedar, request);
        found.push({ request, byProgram: one, byCedar: other, route: other?.route, differs: !agree(one, other), by });
      }
      return found;
    } finally {
      await Promise.all([...envoys.values()].map((envoy) => envoy.stop()));
    }
  }

  private async answered(envoy: Envoy, { method, path, presented }: DrawnRequest): Promise<Answer> {
    this.app.received.length = 0;
    const token = this.tokens.get(presented) ?? tokenOf(presented);
    this.tokens.set(presented, token);
    const values = authorizationOf(presented, token, "rest");
    const headers = values.flatMap((value) => ["Authorization", value]);
    const { status } = await envoy.send({ method, path: encoded(path), headers });
    const [reached] = this.app.received;
    if ((status === 200) !== (reached !== undefined)) throw new Error(`${method} ${path}: ${status}`);
    if (reached === undefined) return { allowed: false, reasons: [], status };
    const sent = new Map(reached.headers);
    const caller = ["subject", "client", "actor", "scopes", "issuer"].map((name) => [
      name,
      sent.get(`x-caller-${name}`),
    ]);
    return {
      allowed: true,
      reasons: [],
      opened: { ...Object.fromEntries(caller), route: sent.get("x-gateway-route") },
    };
  }
}

function agree(one: Answer, other: Answer | undefined): boolean {
  return one.allowed ? sameOpened(one, other) : !other?.allowed;
}

function withValues(text: string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (whole, name) => REFERENCES[name] ?? whole);
}

/** The path as a client sends it. */
function encoded(path: string): string {
  return path.replaceAll(/[^\w.~!$&'()*+,:=@/;-]/gu, (character) => encodeURIComponent(character));
}

type Asked = DrawnRequest & { readonly fault?: string | undefined };

/**
 * Where Envoy decides differently by design (docs/explanation/shared-issuer.md): the request as it decides it, or undefined
 * if it refuses the request.
 */
export const DIFFERENCES: Readonly<Record<string, (request: Asked) => Asked | undefined>> = {
  "refuses an escape, and a slash at the end": (request) =>
    /^(\/[\w.~!$&'()*+,:=@-]+)+$/.test(request.path) ? request : undefined,
  "does not read iat": (request) => withClaims(request, "iat", isLater, () => undefined),
  "accepts the claim scope as a list": (request) =>
    withClaims(request, "scope", Array.isArray, (scope) =>
      // A text with a space is no scope, wherever it is in the list.
      scope.filter((each: Data) => typeof each === "string" && !each.includes(" ")).join(" "),
    ),
  "does not require a text as scope": (request) =>
    withClaims(
      request,
      "scope",
      (scope) => scope !== undefined && typeof scope !== "string",
      () => undefined,
    ),
  "accepts a token of more than 8,192 bytes": (request) => withoutFault(request, "form", ["8193 bytes"]),
  "accepts bits after the last byte of a part": (request) => withoutFault(request, "form", SPARE_BITS),
  "accepts weak keys, and keys for another use": (request) => withoutFault(request, "header", OTHER_KEYS),
};

const SPARE_BITS = Object.keys(FORMS).filter((form) => form.includes("spare bit"));
const OTHER_KEYS = [
  ...["key of 1024 bits", "key with the exponent 3", "key for signing", "key for encrypting"],
  "key with its private half",
];

/** What Envoy accepts and the authorizer refuses. */
const ACCEPTED_BY_ENVOY = [
  ...[...SPARE_BITS, "8193 bytes"].map((form) => ({ form, header: "plain" })),
  ...OTHER_KEYS.map((header) => ({ form: "bearer", header })),
] as readonly Pick<Presented, "form" | "header">[];

/** The request with no fault in its form or its header, if that is one of these. */
function withoutFault(request: Asked, part: "form" | "header", accepted: readonly string[]): Asked {
  const { presented } = request;
  if (!accepted.includes(presented[part])) return request;
  const sound = { ...presented, [part]: part === "form" ? "bearer" : "plain" } as Presented;
  return { ...request, presented: sound, fault: faultOf(sound, "rest") };
}

function isLater(time: Data): boolean {
  return typeof time === "number" && time > Date.now() / 1000;
}

/** The request with another value of a claim, if the value is one of these. */
function withClaims(
  request: Asked,
  name: string,
  isSo: (value: Data) => boolean,
  change: (value: Data) => Data,
): Asked {
  const { presented } = request;
  if (!isSo(presented.claims[name])) return request;
  const claims = { ...presented.claims, [name]: change(presented.claims[name]) };
  return { ...request, presented: { ...presented, claims } };
}

/** Cedar's decision on a request as Envoy decides it, and the difference by design that changes the decision. */
function decidedForEnvoy(cedar: ReturnType<typeof cedarFor>, drawn: DrawnRequest) {
  const ask = ({ presented, ...request }: Asked) => cedar({ ...request, claims: presented.claims });
  let asked: Asked | undefined = { ...drawn, fault: faultOf(drawn.presented, "rest") };
  let other = ask(asked);
  const by: string[] = [];
  for (const [name, change] of Object.entries(DIFFERENCES)) {
    const changed: Asked | undefined = asked && change(asked);
    if (changed === asked) continue;
    asked = changed;
    const next: Answer | undefined = asked ? ask(asked) : other && { ...other, allowed: false };
    if (next?.allowed !== other?.allowed) by.push(name);
    other = next;
  }
  return { other, by };
}
