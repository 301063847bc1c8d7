/** Random configs and requests. The same seed draws the same ones everywhere. */
import { FORMS, HEADERS, type Presented, SIGNED } from "./presented";

// biome-ignore lint/suspicious/noExplicitAny: the config as plain data
type Data = any;

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** mulberry32: from 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Whether something with this probability happens. */
  is(probability: number): boolean {
    return this.next() < probability;
  }

  one<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  some<T>(items: readonly T[], probability = 0.5): T[] {
    return items.filter(() => this.is(probability));
  }

  /** Some of the items, and one if there is any. */
  atLeastOne<T>(items: readonly T[], probability = 0.5): T[] {
    const found = this.some(items, probability);
    return found.length > 0 || items.length === 0 ? found : [this.one(items)];
  }
}

const SERVICES = ["orders", "catalog", "files"];
const METHODS = ["GET", "POST", "DELETE", "HEAD", "ANY", "PUT"];
/** Below a service's own first segment. Several of them match the same paths. */
const PATHS = [
  "",
  "/{tenant}/{part}",
  "/export",
  "/{tenant}/parts",
  "/new/{kind}",
  "/{path+}",
  "/{tenant}/items/{item}",
  "/{tenant}/files/{path+}",
  "/{tenant}",
  "/a.b/{x}",
];
const CLAIM_NAMES = ["tenant_id", "org.id", "https://shop.example/tenant"];
const LIST_CLAIM = "tenants";
/** Host name of every environment. */
export const HOST = "api.example.com";
const ACCOUNT = "111122223333";

/** The merged config of one environment. It may break a rule: then draw again. */
export function drawConfig(chance: Chance): Data {
  const services = chance.atLeastOne(SERVICES, 0.6);
  const kind = chance.is(0.7) ? "rest" : "http";
  const pathClaims = chance.some([...CLAIM_NAMES, LIST_CLAIM], 0.6);
  const server = kind === "rest" && chance.is(0.5) ? chance.one(services) : undefined;
  const config: Data = {
    name: "shop",
    aws: {
      account: "111122223333",
      region: "eu-west-1",
      deployers: ["arn:aws:iam::111122223333:role/terraform"],
      ...(kind === "rest" && { ownsAccount: true }),
    },
    google: { project: "shop-project", region: "europe-west1", ownsProject: true },
    state: { bucket: "shop-state", region: "eu-west-1" },
    gateway: {
      kind,
      authorizerCacheSeconds: chance.one([0, 60]),
      throttle: { ratePerSecond: 50, burst: 100 },
      ...(chance.is(0.25) && {
        allowedNetworks: chance.atLeastOne(["203.0.113.0/24", "198.51.100.7/32", "2001:db8::/32"]),
      }),
      ...(kind === "rest" && { defaultPlan: { quota: { requests: 10_000, per: "day" } } }),
      ...(server && { domain: { name: HOST, zoneId: "Z0123456789EXAMPLE" } }),
      ...(chance.is(0.4) && { cors: { origins: ["https://shop.example.com"] } }),
    },
    services: Object.fromEntries(
      services.map((id) => [
        id,
        { ...service(chance, id, pathClaims), ...(id === server && { mcp: mcpServer(chance, id) }) },
      ]),
    ),
  };
  const mcp = server && config.services[server].mcp;
  const routes: [string, Data][] = Object.values(config.services).flatMap((each: Data) => Object.entries(each.routes));
  const own: string[] = mcp?.scopes ?? [];
  const asked = new Set<string>([...routes.flatMap(([, access]) => scopesIn(access)), ...own]);
  const written = new Set<string>([
    ...routes.flatMap(([key, access]) => (/^(GET|HEAD) /.test(key) ? [] : scopesIn(access))),
    ...own,
  ]);
  const compared = new Set(routes.flatMap(([, { where = {} }]) => Object.values(where).map(nameOf)));
  const scopes = [...asked];
  const stated = () => {
    const own = chance.some([...compared], 0.9);
    return own.length > 0 ? { pathClaims: own } : {};
  };
  const issuers: Data = { people: { kind: "cognito", domainPrefix: "shop-people", ...stated() } };
  const clients: Data = {};
  const client = (id: string, parts: Data) => {
    if (scopes.length === 0) return;
    const isAgent = chance.is(0.3);
    const mayWrite = isAgent && chance.is(0.3);
    const own = isAgent && !mayWrite ? scopes.filter((scope) => !written.has(scope)) : scopes;
    if (own.length === 0) return;
    clients[id] = {
      ...parts,
      scopes: chance.atLeastOne(own, 0.85),
      ...(isAgent && { kind: "agent" }),
      ...(mayWrite && { allowWrites: true, allowWritesReason: "closes reviews" }),
      ...(chance.is(0.08) && { disabled: true }),
    };
  };
  const signIn = { callbackUrls: ["https://a.example.com/cb"], logoutUrls: ["https://a.example.com"] };
  client("web", { issuer: "people", grant: "authorization_code", ...signIn });
  const withoutServer = (add: () => void) => {
    const before = [...scopes];
    scopes.splice(0, scopes.length, ...before.filter((scope) => !own.includes(scope)));
    add();
    scopes.splice(0, scopes.length, ...before);
  };
  withoutServer(() => client("job", { issuer: "people", grant: "client_credentials" }));
  const serverUrl = mcp ? [`https://${HOST}${mcp.path}`] : [];
  if (chance.is(0.7)) {
    issuers.partner = {
      kind: "oidc",
      issuer: "https://partner.example.com",
      audiences: [...chance.one([["shop"], ["shop", "shop-2"]]), ...serverUrl],
      ...stated(),
    };
    client("robot", { issuer: "partner", subject: "robot|7" });
    client("deploy", { issuer: "partner", claims: { repository: "acme/shop", environment: "prod" } });
    client("nightly", { issuer: "partner", claims: { ref: "refs/heads/main" } });
  }
  if (chance.is(0.7)) {
    const scopeValues = chance.is(0.4)
      ? Object.fromEntries(["Reader", "Writer", "Admin"].map((role) => [role, chance.atLeastOne(scopes)]))
      : undefined;
    const given = scopeValues ? [...new Set(Object.values(scopeValues).flat())] : scopes;
    const listed = chance.some(["0oa1", "0oa2"]);
    const url = chance.one(["https://workforce.example.com", "https://partner.example.com"]);
    issuers.workforce = {
      kind: "oidc",
      issuer: url,
      // Two issuers of one URL have no audience in common.
      audiences: ["staff", ...(url === issuers.partner?.issuer ? [] : serverUrl)],
      grants: "token",
      ...(chance.is(0.7) && {
        scopeClaim: chance.one(["scp", ["scp", "realm.roles"], "realm.roles", ["scope", "https://shop.example/roles"]]),
      }),
      ...(chance.is(0.5) && { clientClaim: "cid" }),
      ...(scopeValues && scopes.length > 0 && { scopeValues }),
      ...(listed.length > 0 && given.length > 0 && { clients: listed, scopes: chance.atLeastOne(given, 0.7) }),
      ...stated(),
    };
    const before = [...scopes];
    scopes.splice(0, scopes.length, ...given);
    client("app", { issuer: "workforce", clientId: "0oa9" });
    scopes.splice(0, scopes.length, ...before);
    if (clients.app === undefined && !issuers.workforce.clients) delete issuers.workforce;
  }
  if (chance.is(0.5)) {
    issuers.roles = { kind: "aws-iam", accounts: [ACCOUNT] };
    const pinned = (uniqueId: string) => (chance.is(0.4) ? { uniqueId } : {});
    const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:${name}`;
    withoutServer(() => {
      client("report", { issuer: "roles", subject: arn("role/report"), ...pinned(ROLE_ID) });
      client("ops", { issuer: "roles", subject: arn("user/ops/ann"), ...pinned(USER_ID) });
      client("root", { issuer: "roles", subject: arn("root") });
    });
  }
  return { ...config, issuers, clients };
}

const ROLE_ID = "AROAEXAMPLEEXAMPLE123";
const USER_ID = "AIDAEXAMPLEEXAMPLE456";

function mcpServer(chance: Chance, id: string): Data {
  const path = chance.one(["/mcp", `/${id}/mcp`, `/${id}/7/mcp`]);
  return { path, scopes: chance.one([[`${id}/use`], [`${id}/use`, `${id}/read`]]) };
}

/** Keys of all routes in a config. */
export function routeKeys({ services }: Data): readonly string[] {
  return Object.values<Data>(services).flatMap(({ routes, mcp }) => [
    ...Object.keys(routes),
    ...(mcp ? ["POST", "GET", "DELETE"].map((method) => `${method} ${mcp.path}`) : []),
  ]);
}

function service(chance: Chance, id: string, pathClaims: readonly string[]): Data {
  const need = () =>
    chance.is(0.25) ? { allOf: [`${id}/read`, `${id}/audit`] } : `${id}/${chance.one(["read", "write", "audit"])}`;
  const routes: Data = {};
  for (const path of chance.atLeastOne(PATHS, 0.4)) {
    for (const method of chance.atLeastOne(METHODS, 0.25)) {
      const scopes = chance.is(0.1)
        ? { allOf: [`${id}/read`, `${id}/audit`] }
        : distinct([need(), ...chance.some([need()], 0.3)]);
      const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
      const where = Object.fromEntries(
        chance
          .some(pathClaims.length > 0 ? variables : [], 0.4)
          .map((variable) => [variable, claimOf(chance.one(pathClaims))]),
      );
      const isPublic = chance.is(0.15);
      routes[`${method} /${id}${path}`] = isPublic
        ? "public"
        : { scopes, ...(Object.keys(where).length > 0 && { where }) };
    }
  }
  return { image: `europe-docker.pkg.dev/acme/shop/${id}:1.0.0`, routes };
}

function distinct(needs: readonly Data[]): Data[] {
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()];
}

function claimOf(name: string): Data {
  return name === LIST_CLAIM ? { in: `claim.${name}` } : `claim.${name}`;
}

function nameOf(claim: Data): string {
  return (claim.in ?? claim).slice("claim.".length);
}

function scopesIn({ scopes }: Data): string[] {
  return scopes === undefined ? [] : [scopes].flat().flatMap((need: Data) => need.allOf ?? [need]);
}

/** A base and an overlay that merge into the config: RFC 7386. */
export function splitConfig(chance: Chance, config: Data): { base: Data; overlay: Data } {
  const [base, overlay]: [Data, Data] = [structuredClone(config), {}];
  for (const kind of ["services", "clients", "issuers"]) {
    overlay[kind] = {};
    for (const [id, value] of Object.entries<Data>(config[kind])) {
      if (!chance.is(0.4)) continue;
      overlay[kind][id] = structuredClone(value);
      if (chance.is(0.5)) delete base[kind][id];
      else if (kind === "services") base[kind][id].routes["GET /gone"] = "public";
      if (kind === "services" && base[kind][id]) overlay[kind][id].routes["GET /gone"] = null;
      if (kind === "clients" && base[kind][id]) {
        base[kind][id].disabled = !value.disabled;
        overlay[kind][id].disabled = value.disabled === true;
      }
    }
  }
  return { base, overlay };
}

/** Values of a variable in a path. The last ones are those that servers read differently, or that are rivals. */
const TEXTS = ["7", "7", "7", "7", "7", "8", "acme", "a-b", "new", "é", "a b"];
const ODD_TEXTS = [
  "export",
  "EXPORT",
  "export.json",
  ".export",
  "Éxport",
  "a.b",
  "A.B",
  "new.x",
  "items",
  "..",
  "%41",
  "a;b",
  "ß",
  "e\u0301",
  "\u200b",
  "．．",
  "a\\b",
  "x#",
  "parts.",
  "",
];

/** Method and path of some route, or near one. */
export function drawTarget(
  chance: Chance,
  keys: readonly string[],
): { readonly method: string; readonly path: string } {
  const own = chance.is(0.8) ? [chance.one(keys)] : keys;
  return { method: drawMethod(chance, own), path: drawPath(chance, own) };
}

function drawPath(chance: Chance, keys: readonly string[]): string {
  const pattern = (chance.one(keys).split(" ")[1] ?? "/").slice(1).split("/");
  const value = () => chance.one(chance.is(0.12) ? ODD_TEXTS : TEXTS);
  const segments = pattern.flatMap((segment) => {
    if (segment.endsWith("+}")) return Array.from({ length: 1 + Math.floor(chance.next() * 3) }, value);
    if (segment.startsWith("{")) return [value()];
    return chance.is(0.04) ? [value()] : [segment];
  });
  if (chance.is(0.04)) segments.push(value());
  if (chance.is(keys.some((key) => key.endsWith("+}")) ? 0.1 : 0.03)) segments.push("");
  return `/${segments.join("/")}`;
}

function drawMethod(chance: Chance, keys: readonly string[]): string {
  const method = chance.one(keys).split(" ")[0] ?? "GET";
  return method === "ANY" || chance.is(0.1)
    ? chance.one(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
    : method;
}

export interface DeployedIds {
  readonly pools: Readonly<Record<string, string>>;
  readonly appClients: Readonly<Record<string, string>>;
  readonly door: readonly [host: string, name: string];
}

/** A token of some caller of the config, often with something wrong. */
export function drawToken(chance: Chance, config: Data, { pools, appClients }: DeployedIds, now: number): Presented {
  const [id, issuer]: [string, Data] = chance.one(Object.entries(config.issuers));
  if (issuer.kind === "aws-iam") return drawSigned(chance, now);
  const own = Object.entries<Data>(config.clients).filter(([, client]) => client.issuer === id);
  const [clientId, client]: [string, Data] = own.length > 0 && chance.is(0.95) ? chance.one(own) : ["other", {}];
  const all: string[] = Object.values<Data>(config.services).flatMap(({ routes, mcp }) => [
    ...Object.values<Data>(routes).flatMap(scopesIn),
    ...(mcp?.scopes ?? []),
  ]);
  const [server] = Object.values<Data>(config.services).flatMap(({ mcp }) => mcp ?? []);
  const claims: Data = {
    iss: pools[id] ?? issuer.issuer,
    sub: client.subject ?? "ann",
    iat: now - 60,
    exp: now + 600,
    jti: `${Math.floor(chance.next() * 1e9)}`,
    ...(issuer.audiences && {
      aud: chance.one([issuer.audiences[0], issuer.audiences, ["x", issuer.audiences.at(-1)]]),
    }),
    ...client.claims,
    ...(chance.is(0.1) && Object.assign({}, ...own.map(([, each]) => each.claims))),
  };
  const carried = chance.is(0.75) ? all : chance.some(all, 0.5);
  if (issuer.kind === "cognito") {
    Object.assign(claims, {
      token_use: "access",
      client_id: appClients[clientId] ?? "unknown",
      scope: carried.join(" "),
      ...(server &&
        chance.is(0.7) && {
          aud: chance.one([`https://${HOST}${server.path}`, ["x", `https://${HOST}${server.path}`]]),
        }),
    });
  } else if (issuer.grants === "token") {
    claims[issuer.clientClaim ?? "client_id"] = client.clientId ?? chance.one([...(issuer.clients ?? []), "0oa0"]);
    const values = issuer.scopeValues ? chance.some(["Reader", "Writer", "Admin", "Guest", "toString"], 0.6) : carried;
    for (const name of [issuer.scopeClaim ?? "scope"].flat()) {
      if (chance.is(0.7)) put(claims, name, name === "scope" || chance.is(0.3) ? values.join(" ") : values);
    }
  }
  for (const name of CLAIM_NAMES)
    if (chance.is(0.85)) put(claims, name, chance.one(["7", "7", "7", "7", "7", "acme", "8", "a-b", 7, "", ["7"]]));
  if (chance.is(0.85)) claims[LIST_CLAIM] = chance.one([["7", "acme"], ["7"], [], "7", ["8", 7], ["a-b", "7"]]);
  if (chance.is(0.12)) claims.act = actor(chance, own, appClients, claims);
  if (issuer.kind === "oidc" && chance.is(0.05)) claims.aud = chance.one(["other", [], ["staff", "shop"], undefined]);
  // A caller of another issuer.
  const others = Object.values<Data>(config.clients).flatMap(({ subject, clientId }) => subject ?? clientId ?? []);
  if (others.length > 0 && chance.is(0.06)) claims[chance.one(["sub", "sub", "client_id", "cid"])] = chance.one(others);
  if (issuer.kind === "oidc" && chance.is(0.03)) claims["https://sts.amazonaws.com/"] = { principal_id: "someone" };
  if (chance.is(0.25)) spoil(chance, claims, config, now);
  return { ...writtenAs(chance), claims };
}

function writtenAs(chance: Chance): Omit<Presented, "claims"> {
  const forms = Object.keys(FORMS) as Presented["form"][];
  const headers = Object.keys(HEADERS) as Presented["header"][];
  return {
    form: chance.is(0.93) ? "bearer" : chance.one(forms),
    header: chance.is(0.9) ? chance.one(["plain", "plain", "rsa"]) : chance.one(headers),
  };
}

const FAULTS = Object.keys(SIGNED) as (keyof typeof SIGNED)[];
/** Those that only AWS's answer shows. */
const ANSWERED = FAULTS.filter((how) => how.startsWith("AWS "));

/** A request that an AWS principal signed, and what AWS STS answers about it. */
function drawSigned(chance: Chance, now: number): Presented {
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/report/nightly`;
  const [arn, id] = chance.one([
    ...[
      [session, `${ROLE_ID}:nightly`],
      [session, `${ROLE_ID}:nightly`],
      [session, "AROAANOTHERONE1234567:nightly"],
    ],
    ...[
      [`arn:aws:iam::${ACCOUNT}:user/ops/ann`, USER_ID],
      [`arn:aws:iam::${ACCOUNT}:user/ops/ann`, "AIDAANOTHERONE1234567"],
    ],
    ...[
      [`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT],
      [`arn:aws:sts::${ACCOUNT}:federated-user/report`, `${ACCOUNT}:report`],
    ],
    ...[
      [`arn:aws:iam::${ACCOUNT}:user/report`, USER_ID],
      ["arn:aws:sts::444455556666:assumed-role/report/nightly", `${ROLE_ID}:nightly`],
    ],
  ]) as [string, string];
  const iat = now + (chance.is(0.8) ? -10 : chance.one([-299, -306, -305, -304, 5, 6, 4, 60]));
  const exp = iat + (chance.is(0.8) ? 299 : chance.one([300, 301, 1, 0, -1, 60]));
  const aud = chance.is(0.9)
    ? [HOST, "shop-dev"]
    : chance.one([
        ["other.example.com", "shop-dev"],
        [HOST, "shop-prod"],
      ]);
  const forms: Presented["form"][] = [
    "none",
    "twice",
    "lower-case",
    "padded",
    "two parts",
    "four parts",
    "no signature",
    "long",
  ];
  return {
    form: chance.is(0.95) ? "bearer" : chance.one(forms),
    header: "plain",
    signed: chance.is(0.5) ? "plain" : chance.one(chance.is(0.4) ? ANSWERED : FAULTS),
    claims: { iss: "aws-iam", arn, id, aud, iat, exp },
  };
}

function actor(chance: Chance, own: readonly [string, Data][], appClients: Data, claims: Data): Data {
  if (chance.is(0.1)) return chance.one([null, "robot|7", {}, { sub: 7 }, { sub: claims.sub }]);
  const [id, client] = own.length > 0 ? chance.one(own) : ["other", {}];
  const sub = client.subject ?? client.clientId ?? appClients[id] ?? chance.one(["0oa1", "0oa2", id]);
  const iss = chance.is(0.3) ? { iss: chance.one([claims.iss, claims.iss, "https://other.example.com", null]) } : {};
  return { sub, ...iss, ...(chance.is(0.2) && { act: { sub: "earlier" } }) };
}

/** Changes one claim. */
function spoil(chance: Chance, claims: Data, config: Data, now: number): void {
  const others = Object.values<Data>(config.issuers).flatMap((each) => each.audiences ?? []);
  const [name, values]: [string, Data[]] = chance.one<[string, Data[]]>([
    ["exp", [now - 600, now - 5, now - 5.5, now - 4.5, now - 6, "soon", undefined, null]],
    ["nbf", [now, now + 5, now + 5.5, now + 4.5, now + 6, now + 600, "x", null]],
    ["iat", [now, now + 5, now + 5.5, now + 4.5, now + 6, now + 600, "x", undefined]],
    ["aud", ["other", ["other"], undefined, [], ["other", 7], ...others, others]],
    ["iss", ["https://other.example.com", "https://partner.example.com/", undefined, 7, "https://partner.example.com"]],
    ["sub", ["ann b", "", undefined, 7, 'a"b', "x".repeat(255), "x".repeat(256), "robot|7", "robot|8", "a\\b", "é"]],
    ["token_use", ["id", undefined, "access"]],
    ["client_id", ["unknown", undefined, "", "a b", 7]],
    ["cid", ["unknown", undefined, "0oa1", "0oa9"]],
    ["scope", ["", undefined, "orders/read", "openid orders/read", ["orders/read"], 7]],
    ["scp", ["orders/read", undefined, 7, ["orders/read", 7], "Reader", null]],
    ["jti", [7, undefined, null]],
    ["repository", ["acme/other", undefined, "acme/shop"]],
    ["environment", ["prod", "dev", ["prod"]]],
    ["ref", ["refs/heads/main", "refs/heads/x"]],
    ["https://sts.amazonaws.com/", [{ principal_id: "someone" }, { principal_id: claims.sub }, { org: 1 }, "x"]],
  ]);
  claims[name] = chance.one(values);
}

/** Sets a claim. A dot leads into an object. */
function put(claims: Data, name: string, value: Data): void {
  const [first = "", second] = /[:/]/.test(name) ? [name] : name.split(".");
  if (second === undefined) claims[first] = value;
  else claims[first] = { ...claims[first], [second]: value };
}
