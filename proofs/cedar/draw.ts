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
/** The last one is on the prototype of every object: no token that lacks it has it. */
const CLAIM_NAMES = ["tenant_id", "org.id", "https://shop.example/tenant", "constructor.name"];
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
  const serverUrl = mcp ? [`https://${HOST}${mcp.path}`, ...(mcp.audiences ?? [])] : [];
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
    const own = chance.is(0.4) ? { scopeClaim: chance.one(["roles", "scp", ["roles", "realm.roles"]]) } : {};
    client("app", { issuer: "workforce", clientId: "0oa9", ...own });
    scopes.splice(0, scopes.length, ...before);
    if (clients.app === undefined && !issuers.workforce.clients) delete issuers.workforce;
  }
  if (chance.is(0.65)) {
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
  const scopes = chance.one([[`${id}/use`], [`${id}/use`, `${id}/read`]]);
  return { path, scopes, ...(chance.is(0.5) && { audiences: [`application-${id}`] }) };
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
const TEXTS = ["7", "7", "7", "7", "7", "8", "acme", "a-b", "new", "é", "a b", "Acme", "acmes", "Object"];
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
  /** Name of the environment, which AWS principals sign. */
  readonly door: string;
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
    for (const name of new Set([issuer.scopeClaim ?? "scope", client.scopeClaim ?? []].flat(2))) {
      if (chance.is(0.7)) set(claims, name, name === "scope" || chance.is(0.3) ? values.join(" ") : values);
    }
  }
  for (const name of CLAIM_NAMES.slice(0, -1))
    if (chance.is(0.9)) set(claims, name, chance.one(["7", "7", "7", "7", "acme", "8", "a-b"]));
  if (chance.is(0.9)) claims[LIST_CLAIM] = chance.one([["7", "acme"], ["7"], ["8", "a-b"], ["a-b", "7"]]);
  if (chance.is(0.2)) claims.act = actor(chance, own, appClients, claims);
  if (issuer.kind === "oidc" && chance.is(0.05)) claims["https://sts.amazonaws.com/"] = { principal_id: claims.sub };
  // Near misses are as frequent as hits.
  const missed = chance.is(0.5) ? missOf(chance, claims, config, now) : undefined;
  return { ...writtenAs(chance), claims, ...(missed && { missed }) };
}

function writtenAs(chance: Chance): Omit<Presented, "claims"> {
  const forms = Object.keys(FORMS) as Presented["form"][];
  const headers = Object.keys(HEADERS) as Presented["header"][];
  return {
    form: chance.is(0.95) ? "bearer" : chance.one(forms),
    header: chance.is(0.92) ? chance.one(["plain", "plain", "rsa"]) : chance.one(headers),
  };
}

const FAULTS = Object.keys(SIGNED) as (keyof typeof SIGNED)[];
/** Those that only AWS's answer shows. */
const ANSWERED = FAULTS.filter((how) => how.startsWith("AWS "));

/** ARNs and unique ids in answers of AWS STS: those of the callers of config, and near misses of them. */
const PRINCIPALS: readonly (readonly [arn: string, id: string])[] = [
  ...["report", "report", "Report", "repor", "reports", "constructor"].map(
    (role) => [`arn:aws:sts::${ACCOUNT}:assumed-role/${role}/nightly`, `${ROLE_ID}:nightly`] as const,
  ),
  ...["AROAANOTHERONE1234567:nightly", `${ROLE_ID}X:nightly`, ROLE_ID, `${ROLE_ID.slice(1)}:${ROLE_ID}`, ""].map(
    (id) => [`arn:aws:sts::${ACCOUNT}:assumed-role/report/nightly`, id] as const,
  ),
  ...["ops/ann", "ops/ann", "ops/Ann", "ops/an", "ops/ann2", "ann", "report"].map(
    (user) => [`arn:aws:iam::${ACCOUNT}:user/${user}`, USER_ID] as const,
  ),
  [`arn:aws:iam::${ACCOUNT}:user/ops/ann`, "AIDAANOTHERONE1234567"],
  [`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT],
  ["arn:aws:iam::444455556666:root", ACCOUNT],
  [`arn:aws:sts::${ACCOUNT}:federated-user/report`, `${ACCOUNT}:report`],
  ["arn:aws:sts::444455556666:assumed-role/report/nightly", `${ROLE_ID}:nightly`],
];

/** Host names and names of a front door, as a caller signs them. */
const DOORS: readonly (readonly [host: string, name: string])[] = [
  ...["other.example.com", `x.${HOST}`, `x${HOST}`, HOST.slice(1), HOST.slice(0, -1), `${HOST}.`, `${HOST}:443`].map(
    (host) => [host, "shop-dev"] as const,
  ),
  ...["shop-prod", "shop", "shop-dev2", "shop-de", "dev"].map((name) => [HOST, name] as const),
  ["shop-dev", HOST.replaceAll(".", "-")],
];

/** A request that an AWS principal signed, and what AWS STS answers about it. */
function drawSigned(chance: Chance, now: number): Presented {
  const [arn, id] = chance.one(PRINCIPALS);
  const iat = now + (chance.is(0.8) ? -10 : chance.one([-299, -306, -305, -304, 5, 6, 4, 60]));
  const exp = iat + (chance.is(0.8) ? 299 : chance.one([300, 301, 1, 0, -1, 60]));
  const aud = chance.is(0.75) ? [HOST, "shop-dev"] : chance.one(DOORS);
  const forms = ["none", "twice", "lower-case", "padded", "two parts", "four parts", "no signature", "long"] as const;
  return {
    form: chance.is(0.95) ? "bearer" : chance.one(forms),
    header: "plain",
    signed: chance.is(0.45) ? "plain" : chance.one(chance.is(0.4) ? ANSWERED : FAULTS),
    claims: { iss: "aws-iam", arn, id, aud, iat, exp },
  };
}

function actor(chance: Chance, own: readonly [string, Data][], appClients: Data, claims: Data): Data {
  if (chance.is(0.1)) return chance.one([null, "robot|7", {}, { sub: 7 }, { sub: claims.sub }]);
  const name = () => {
    const [id, client] = own.length > 0 ? chance.one(own) : ["other", {}];
    return client.subject ?? client.clientId ?? appClients[id] ?? chance.one(["0oa1", "0oa2", id]);
  };
  const iss = chance.is(0.3) ? { iss: chance.one([claims.iss, claims.iss, "https://other.example.com", null]) } : {};
  return { sub: name(), ...iss, ...(chance.is(0.3) && { act: { sub: chance.one(["earlier", name()]) } }) };
}

/** Inputs of a decision in a token: claims, and fields of claims. Config names the others. */
export const CLAIMS = [
  ...["iss", "aud", "exp", "nbf", "iat", "sub", "jti", "token_use", "client_id", "cid", "scope", "scp", "realm.roles"],
  ...["https://shop.example/roles", "act", "act.sub", "act.iss", "repository", "environment", "ref", LIST_CLAIM],
  ...[...CLAIM_NAMES.slice(0, -1), "https://sts.amazonaws.com/", "https://sts.amazonaws.com/ principal_id"],
] as const;

/** How a value misses what config allows: a new value, `undefined` for none. `neighbours`: values of the same input elsewhere. */
const MISSES: Readonly<Record<string, (chance: Chance, value: Data, neighbours: readonly Data[]) => Data>> = {
  absent: () => undefined,
  empty: (chance, value) => (Array.isArray(value) ? [] : chance.one<Data>(["", null, {}])),
  "another type": (chance, value) => chance.one<Data>([7, true, false, 0, { value }, [[value]]]),
  "other letters": (chance, value) => eachText(value, (text) => chance.one([swapped(text), text.toUpperCase()])),
  added: (chance, value) =>
    eachText(value, (text) =>
      chance.one([...[" ", "/", "x", "\n", ".", ","].map((more) => text + more), ` ${text}`, `x${text}`]),
    ),
  cut: (chance, value) => eachText(value, (text) => chance.one([text.slice(0, -1), text.slice(1), text.slice(0, 4)])),
  "a list, or none": (_chance, value) => (Array.isArray(value) ? value[0] : [value]),
  "two values": (chance, value, neighbours) => [...[value].flat(), chance.one([...neighbours, "x"])],
  "an inherited name": (chance) => chance.one(["constructor", "toString", "__proto__", "hasOwnProperty"]),
  "a neighbour's": (chance, _value, neighbours) => chance.one(neighbours),
};

export const MISS_KINDS: readonly string[] = Object.keys(MISSES);

function swapped(text: string): string {
  return text === text.toLowerCase() ? text.charAt(0).toUpperCase() + text.slice(1) : text.toLowerCase();
}

function eachText(value: Data, change: (text: string) => string): Data {
  if (Array.isArray(value)) return value.map((each) => eachText(each, change));
  return typeof value === "string" ? change(value) : change(String(value ?? ""));
}

/** Changes one claim, so that it almost is what config allows. Returns which, and how. */
function missOf(
  chance: Chance,
  claims: Data,
  config: Data,
  now: number,
): { readonly input: string; readonly kind: string } {
  const stated = CLAIMS.filter((name) => present(claims, name) !== undefined);
  const input = chance.is(0.9) ? chance.one(stated) : chance.one(CLAIMS);
  const times = timesNear(now)[input];
  if (times && chance.is(0.7)) {
    set(claims, input, chance.one(times));
    return { input, kind: "near its limit" };
  }
  const kind = chance.one(MISS_KINDS);
  set(claims, input, MISSES[kind]?.(chance, present(claims, input), neighboursOf(config, claims, input)));
  return { input, kind };
}

function timesNear(now: number): Data {
  const later = [now, now + 5, now + 5.5, now + 4.5, now + 6, now + 600];
  return {
    exp: [now - 600, now - 5, now - 5.5, now - 4.5, now - 6, "soon"],
    nbf: [...later, "x"],
    iat: [...later, "x"],
  };
}

/** Values of an input that others have. */
function neighboursOf({ issuers, clients, services }: Data, claims: Data, input: string): readonly Data[] {
  const [ofIssuers, ofClients] = [Object.values<Data>(issuers), Object.values<Data>(clients)];
  const scopes = Object.values<Data>(services).flatMap(({ routes }) => Object.values<Data>(routes).flatMap(scopesIn));
  const known: Data = {
    iss: ofIssuers.flatMap(({ issuer }) => issuer ?? []),
    aud: ofIssuers.flatMap(({ audiences }) => audiences ?? []),
    token_use: ["id", "refresh"],
    ...Object.fromEntries(["scope", "scp", "realm.roles"].map((name) => [name, ["Reader", ...scopes]])),
    repository: ["acme/other"],
    environment: ["dev"],
    ref: ["refs/heads/x"],
  };
  const names = ofClients.flatMap(({ subject, clientId }) => subject ?? clientId ?? []);
  return [
    ...(known[input] ?? [...names, claims.sub, "acme", "8", "0oa1", "0oa2"]),
    'a"b',
    "a\\b",
    "é",
    "x".repeat(256),
  ];
}

/** Its second part leads into an object: a dot as in config, or a space. */
function partsOf(name: string): readonly string[] {
  return name.includes(" ") ? name.split(" ") : /[:/]/.test(name) ? [name] : name.split(".");
}

function present(claims: Data, name: string): Data {
  const own = (object: Data, part: string) =>
    typeof object === "object" && object !== null && Object.hasOwn(object, part) ? object[part] : undefined;
  return partsOf(name).reduce(own, claims);
}

/** Sets a claim, or removes it. */
function set(claims: Data, name: string, value: Data): void {
  const [first = "", second] = partsOf(name);
  const inner = second === undefined ? value : { ...present(claims, first), [second]: value };
  if (second !== undefined && value === undefined) delete inner[second];
  if (inner === undefined) delete claims[first];
  else claims[first] = inner;
}
