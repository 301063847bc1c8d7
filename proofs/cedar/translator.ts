/**
 * Translates an environment's merged config and one request, as plain data, into Cedar: a second decision that shares no code
 * with the program. A policy that forbids is named by a word of docs/reference/refusal-reasons.md and a number.
 */

// biome-ignore lint/suspicious/noExplicitAny: plain data, whose form is what is being decided about
type Data = any;

/**
 * Values that exist only once the environment is deployed: issuer URLs of user pools and ids of app clients, by their ids in
 * config; its name; names of revoked callers, `<issuer>/<client>`; the time in seconds since 1970.
 */
export interface Deployed {
  readonly pools: Data;
  readonly appClients: Data;
  /** Name of the environment. */
  readonly door: string;
  readonly revoked: readonly string[];
  readonly now: number;
}

/** A request, with its path as the gateway decodes it. */
export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly address: string;
  readonly origins: readonly string[];
  /** Host name that the request was sent to. Undefined: it is not known. */
  readonly host: string | undefined;
  /** Why the header or the signature is refused, whatever the claims. Default: it is not. */
  readonly fault?: string | undefined;
  /** A request that an AWS principal signed has `iss: aws-iam`, `arn` and `id` from AWS, and the door in `aud`. */
  readonly claims: Data;
}

type All = readonly Data[];
type Segments = readonly string[];

const METHODS_OF_ANY = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

const entries = (object: Data): [string, Data][] => Object.entries(object ?? {});
const textsIn = (value: Data): readonly string[] => [value].flat().filter((each) => typeof each === "string");
const isShown = (value: unknown) => typeof value === "string" && /^[!#-[\]-~]{1,255}$/.test(value);
const clientClaimOf = ({ kind, clientClaim = "client_id" }: Data) => (kind === "cognito" ? "client_id" : clientClaim);
/** 0: a text; 1: a variable; 2: a greedy variable. */
const breadth = (segment: string) => (segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0);
/** Equal for patterns that differ in the names of variables alone. */
const shapeOf = (segments: Segments) => segments.map((each) => each.replace(/\{\w+/, "{")).join("/");
/** The role of a session. */
const principalOf = (arn = "") =>
  arn.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.+$/, "arn:aws:iam::$1:role/$2");
/** Cedar counts in whole numbers. */
const milliseconds = (time: unknown) => Math.round(Math.max(-1e12, Math.min(1e12, Number(time) || 0)) * 1000);

/** Cedar's policies by id, and its question about a request: undefined if no route takes it. */
export function translated(config: Data, deployed: Deployed) {
  const [clients, routes] = [clientsOf(config, deployed), routesOf(config)];
  const questionFor = (request: AskedRequest): Data => {
    const route = routeFor(routes, request, config.gateway.kind === "rest");
    return route && questionOf(config, deployed, clients, route, request);
  };
  return { policies: policiesOf(config, deployed, clients, routes), questionFor };
}

function policiesOf({ issuers, gateway }: Data, { revoked, door }: Deployed, clients: All, routes: All) {
  const policies: Record<string, string> = {};
  const add = (effect: string, reason: string, condition: string, action = 'action in Action::"scoped"') => {
    const name = `${reason} ${Object.keys(policies).length}`;
    policies[name] = `${effect}(principal, ${action}, resource) when { ${condition} };`;
  };
  const refuse = add.bind(undefined, "forbid");
  refuse("fault", 'context.fault != ""');
  refuse("issuer-unknown", "!context.isIssuer");
  refuse("audience", 'context.isIssuer && context.issuer == "-"');
  refuse("token-claims", "!context.isTyped");
  refuse("subject-shape", "!context.isShown");
  refuse("expired", "context.exp + 5000 < context.now");
  for (const time of ["nbf", "iat"]) refuse("not-yet-valid", `context.${time} - 5000 > context.now`);
  for (const [id, issuer] of entries(issuers)) {
    const isIts = `context.issuer == "${id}"`;
    const names = `${isIts} && !context.audiences`;
    if (issuer.kind === "cognito") refuse("token-use", `${isIts} && context.use != "access"`);
    else if (issuer.kind === "oidc") refuse("audience", `${names}.containsAny(${JSON.stringify(issuer.audiences)})`);
    else {
      refuse("audience", `${isIts} && (context.host != context.signed.host || context.signed.name != "${door}")`);
      refuse("token-claims", `${isIts} && (context.exp <= context.iat || context.exp > context.iat + 300000)`);
      refuse("token-shape", isIts, 'action in Action::"mcp"');
    }
  }
  refuse("client-unknown", "context.fitting == 0 && !context.byConfig");
  refuse("subject-unknown", "context.fitting == 0 && context.byConfig");
  refuse("caller-ambiguous", "context.fitting > 1");
  refuse("subject-borrowed", "context.byConfig && context.isBorrowed");
  refuse("subject-replaced", "context.isReplaced");
  refuse("actor-unknown", "context.acts && !(context has actor)");
  const involves = (name: string) =>
    `principal == Client::"${name}" || (context has actor && context.actor == Client::"${name}")`;
  for (const name of revoked) refuse("client-revoked", involves(name));
  for (const { name, disabled, readOnly } of clients) {
    if (disabled) refuse("scope", involves(name));
    if (readOnly) refuse("agent-writes", involves(name), 'action in Action::"writes"');
  }
  // A REST API compares addresses itself, before it asks the authorizer.
  if (gateway.allowedNetworks && gateway.kind !== "rest") {
    const inside = gateway.allowedNetworks.map((each: string) => `ip(context.address).isInRange(ip("${each}"))`);
    refuse("network", `!(${inside.join(" || ")})`, "action");
  }
  for (const { key, access, segments, service } of routes) {
    const action = `action == Action::"${key}"`;
    const needs = [access.scopes ?? []].flat().map((need: Data) => metBy(need.allOf ?? [need]));
    add("permit", "permit", access.scopes ? needs.join(" || ") : "true", action);
    if (access.scopes) refuse("scope", `!(${needs.join(" || ")})`, action);
    if (access.mcp) {
      const own = [`https://${gateway.domain.name}${access.mcp.path}`, ...(access.mcp.audiences ?? [])];
      refuse("audience", `!context.audiences.containsAny(${JSON.stringify(own)})`, action);
      refuse("origin", `!${JSON.stringify(gateway.cors?.origins ?? [])}.containsAll(context.origins)`, action);
    }
    for (const [variable, claim] of entries(access.where)) {
      const [kind, name] = [claim.in ? "lists" : "texts", (claim.in ?? claim).slice("claim.".length)];
      const [own, text] = [`context.${kind}["${name}"]`, `context.path.s${segments.indexOf(`{${variable}}`)}`];
      const isOwn = claim.in ? `${own}.contains(${text})` : `${own} == ${text}`;
      refuse("path-claim", `!(context.${kind} has "${name}" && ${text} != "" && ${isOwn})`, action);
    }
    if (segments.every((segment: string) => breadth(segment) === 0)) continue;
    refuse("path-character", "context.isOdd", action);
    const rivals = routes.filter((each) => each.service === service && !yieldsTo(each.segments, segments));
    for (const rival of rivals.filter((each) => shapeOf(each.segments) !== shapeOf(segments)))
      refuse("path-ambiguous", takenBy(rival.segments, segments), action);
  }
  return policies;
}

function metBy(scopes: readonly string[]): string {
  const each = scopes.map((scope) => {
    const carried = `(context.byConfig || context.carried.contains("${scope}"))`;
    const acting = `(!(context has actor) || context.actor.granted.contains("${scope}"))`;
    return `principal.granted.contains("${scope}") && ${carried} && ${acting}`;
  });
  return `(principal has granted && ${each.join(" && ")})`;
}

function questionOf(config: Data, deployed: Deployed, clients: All, route: Data, request: AskedRequest) {
  const { path } = request;
  const claims = request.claims.arn ? { ...request.claims, sub: principalOf(request.claims.arn) } : request.claims;
  const urlOf = (id: string, { issuer, kind }: Data) => deployed.pools[id] ?? issuer ?? kind;
  const all = entries(config.issuers).filter(([id, each]) => urlOf(id, each) === claims.iss);
  // A user pool shares its URL with no other issuer.
  const there = all.length > 1 && all.some(([, { kind }]) => kind === "cognito") ? [] : all;
  const audiences = textsIn(claims.aud);
  const named = there.filter(([, each]) => each.audiences?.some((own: string) => audiences.includes(own)));
  const [one, ...more] = there.length > 1 ? named : there;
  const [id, issuer]: [string, Data] = one && more.length === 0 ? one : ["-", {}];
  const byConfig = ["oidc", "aws-iam"].includes(issuer.kind) && issuer.grants !== "token";
  const own = clients.filter((client) => client.issuer === id);
  const fitting = own.filter((client) => entries(client.claims).every(([name, value]) => claims[name] === value));
  const [caller] = fitting.length === 1 ? fitting : [];
  const party = own.find(({ canAct, claims: by }) => canAct && Object.values(by)[0] === claims.act?.sub);
  const actor = (claims.act?.iss ?? claims.iss) === claims.iss ? party : undefined;
  const stated = (issuer.pathClaims ?? []).map((name: string) => [name, at(claims, name)]);
  const lists = stated.filter(([, value]: Data) => Array.isArray(value));
  const segments = path.slice(1).split("/");
  const numbered = (texts: Segments) => Object.fromEntries(texts.map((text, index) => [`s${index}`, text]));
  const loose = segments.map(folded);
  while (loose.at(-1) === "") loose.pop();
  const uid = (client: Data) => ({ type: "Client", id: client?.name ?? "-" });
  const action = { type: "Action", id: route.key };
  const groups = ["scoped", /^(GET|HEAD)$/.test(route.method) ? "reads" : "writes", route.access.mcp ? "mcp" : "api"];
  const parents = route.access.scopes ? groups.map((group) => ({ type: "Action", id: group })) : [];
  const involved = [...new Set([caller, actor])].filter((client) => client !== undefined);
  return {
    principal: uid(caller),
    action,
    resource: { type: "Service", id: route.service },
    entities: [
      { uid: action, attrs: {}, parents },
      ...involved.map((client) => ({ uid: uid(client), attrs: client.attrs, parents: [] })),
    ],
    context: {
      ...{ address: request.address, origins: request.origins, fault: request.fault ?? "" },
      ...{ host: request.host ?? "", signed: { host: `${[claims.aud].flat()[0]}`, name: `${[claims.aud].flat()[1]}` } },
      ...{ audiences, issuer: id, isIssuer: there.length > 0, subject: `${claims.sub}` },
      isTyped: isTyped(claims),
      isShown: isShown(claims.sub) && (byConfig || isShown(claims[clientClaimOf(issuer)])),
      ...{ now: milliseconds(deployed.now), exp: milliseconds(claims.exp) },
      ...{ nbf: milliseconds(claims.nbf), iat: milliseconds(claims.iat) },
      ...{ use: textsIn([claims.token_use])[0] ?? "", acts: "act" in claims, fitting: fitting.length, byConfig },
      isBorrowed: ![undefined, claims.sub].includes(claims["https://sts.amazonaws.com/"]?.principal_id),
      isReplaced: ![undefined, claims.id?.split(":")[0]].includes(caller?.uniqueId),
      carried: byConfig ? [] : carriedBy(claims, { ...issuer, ...caller?.carries }),
      ...(actor && { actor: { __entity: uid(actor) } }),
      texts: Object.fromEntries(stated.filter(([, value]: Data) => typeof value === "string")),
      lists: Object.fromEntries(lists.map(([name, value]: Data) => [name, textsIn(value)])),
      ...{ path: numbered(segments), loose: numbered(loose), count: loose.length },
      ...{ isOdd: isOdd(path), endsInSlash: path.endsWith("/") },
    },
  };
}

/** Config's callers. One that an issuer lists is named by its value. */
function clientsOf({ issuers, clients }: Data, { appClients }: Deployed): All {
  const listed = entries(issuers).flatMap(([issuer, { clients: values = [], scopes }]) =>
    values.map((value: string): [string, Data] => [value, { issuer, clientId: value, scopes }]),
  );
  const all = [...listed, ...entries(clients)].map(([id, { issuer, subject, clientId, claims, ...client }]) => ({
    ...{ name: `${issuer}/${subject ?? id}`, issuer, canAct: claims === undefined },
    claims: claims ?? (subject ? { sub: subject } : { [clientClaimOf(issuers[issuer])]: clientId ?? appClients[id] }),
    ...{ attrs: { granted: client.scopes, isAgent: client.kind === "agent" }, uniqueId: client.uniqueId },
    carries: client.scopeClaim && { scopeClaim: client.scopeClaim },
    readOnly: client.kind === "agent" && client.allowWrites !== true,
    disabled: client.disabled === true,
  }));
  return all.filter((client) => Object.values(client.claims).every((value) => value !== undefined));
}

/** Each with one method: `ANY` leaves out what the service declares for the same path. */
function routesOf(config: Data): All {
  return entries(config.services).flatMap(([service, { routes, mcp }]) => {
    const own = mcp && { scopes: [{ allOf: mcp.scopes }], mcp };
    const served = mcp && Object.fromEntries(["POST", "GET", "DELETE"].map((method) => [`${method} ${mcp.path}`, own]));
    const written = entries({ ...routes, ...served }).map(([key, value]) => {
      const [method = "", path = ""] = key.split(" ");
      return { key, method, segments: path.slice(1).split("/"), service, access: value === "public" ? {} : value };
    });
    return written.flatMap((route) => {
      if (route.method !== "ANY") return [route];
      const taken = written
        .filter((other) => shapeOf(other.segments) === shapeOf(route.segments))
        .map(({ method }) => method);
      const [left, path] = [METHODS_OF_ANY.filter((method) => !taken.includes(method)), route.segments.join("/")];
      return left.map((method) => ({ ...route, method, key: `${method} /${path}` }));
    });
  });
}

/** The narrowest path takes a request. A REST API has a resource for each part of a path too, which takes no method. */
function routeFor(routes: All, { method, path }: AskedRequest, isRest: boolean): Data {
  const found = path.slice(1).split("/");
  const order = (segments: Segments) => segments.map(breadth).join("");
  const parts = ({ segments }: Data) => segments.map((_: string, at: number) => segments.slice(0, at + 1));
  const resources = routes.flatMap(parts).filter((each) => fits(each, found));
  const fitting = routes.filter((route) => route.method === method && fits(route.segments, found));
  const [best] = fitting.sort((one, other) => (order(one.segments) < order(other.segments) ? -1 : 1));
  return best && isRest && order(best.segments) !== resources.map(order).sort()[0] ? undefined : best;
}

function fits(pattern: Segments, found: Segments): boolean {
  if (breadth(pattern.at(-1) ?? "") < 2 && pattern.length !== found.length) return false;
  return pattern.every((segment, at) => (breadth(segment) === 0 ? segment === found[at] : Boolean(found[at])));
}

/** Whether a pattern is wider in some segment and narrower in none, so that every framework prefers the own one. */
function yieldsTo(other: Segments, own: Segments): boolean {
  const end = other.findIndex((segment) => breadth(segment) === 2) + 1 || other.length;
  if (end > own.length && breadth(other[own.length] ?? "") !== 2) return false;
  const wider = other.slice(0, Math.min(end, own.length)).map((each, at) => breadth(each) - breadth(own[at] ?? ""));
  return wider.every((each) => each >= 0) && (end > own.length || wider.some((each) => each > 0));
}

/** When a lenient framework takes a path for a rival's. One that mounts handlers takes all below a rival's literal. */
function takenBy(rival: Segments, own: Segments): string {
  const full = rival.filter((segment) => segment !== "");
  const fixed = full.filter((segment) => breadth(segment) < 2);
  const mounts = full.some((segment, at) => breadth(segment) === 0 && breadth(own[at] ?? own.at(-1) ?? "") > 0);
  const ends = (length: number) => `(context.endsInSlash && context.count == ${length})`;
  const each = fixed.map((segment, at) => {
    const text = `context.loose.s${at}`;
    if (breadth(segment) > 0) return `(context.loose has s${at} || ${ends(at)})`;
    const isLast = fixed.length < full.length ? `context.count == ${fixed.length}` : `${at === fixed.length - 1}`;
    return `context.loose has s${at} && (${text} == "${folded(segment)}" || (${isLast} && ${text} like "${folded(segment)}.*"))`;
  });
  const length =
    fixed.length < full.length || mounts ? "true" : `(context.count == ${full.length} || ${ends(full.length - 1)})`;
  return [...each, length].join(" && ");
}

/** One spelling for what some framework treats as equal: case, accents, and spaces and dots around a segment. */
function folded(segment: string): string {
  const plain = segment.normalize("NFKD").replace(/\p{M}/gu, "");
  return plain.toLowerCase().replace(/^[\s.]+|[\s.]+$/g, "");
}

/** Whether servers may read the path differently: docs/adr/0009. */
function isOdd(path: string): boolean {
  const compatible = path.normalize("NFKC");
  const misread = [path, compatible].some((each) => /[%\\;?#\p{C}\u2028\u2029]|\/\/|\/[\s.]+(\/|$)/u.test(each));
  const cases = [...(path + compatible)].map((each) => [each.toLowerCase(), each.toUpperCase()] as const);
  const folds = cases.some(([small, capital]) => small !== capital.toLowerCase() || capital !== small.toUpperCase());
  return misread || folds || path !== path.normalize("NFC") || compatible.split("/").length !== path.split("/").length;
}

/** RFC 7519: whether each registered claim has its type. */
function isTyped({ exp, nbf = 0, iat = 0, sub = "", jti = "", scope = "", aud = [] }: Data): boolean {
  const areTexts = [sub, jti, scope, ...[aud].flat()].every((each) => typeof each === "string");
  return areTexts && [exp, nbf, iat].every((each) => typeof each === "number" && Number.isFinite(each));
}

function carriedBy(claims: Data, { kind, scopeClaim = "scope", scopeValues }: Data): readonly string[] {
  const found = (kind === "cognito" ? ["scope"] : [scopeClaim].flat()).map((name) => at(claims, name));
  const values = found.flatMap((value) => (typeof value === "string" ? value.split(" ") : textsIn(value)));
  const given = (value: string) => (Object.hasOwn(scopeValues, value) ? scopeValues[value] : []);
  return scopeValues ? values.flatMap(given) : values;
}

/** A claim by its name, in which a dot leads into an object, unless the name has `:` or `/`. */
function at(claims: Data, name: string): Data {
  const within = (value: Data, each: string) => (value && Object.hasOwn(value, each) ? value[each] : undefined);
  return (/[:/]/.test(name) ? [name] : name.split(".")).reduce(within, claims);
}
