import { ANYONE } from "../../intent/model/expectation";
import type { DeclaredCaller } from "../../packages/local-front-door/callers";
import type { Clouds } from "../../packages/local-front-door/clouds";
import type { CallCommands, RepeatedRequest } from "../../packages/local-front-door/page/page";
import type { RouteGrant } from "../expectations/ledger";
import { quoted } from "../process/shell";
import { callOf } from "./requests";
import { DEFAULT_USER, tokenCommand } from "./token-command";

/** Lines to paste into a shell, one for each declared caller that may call a route, according to the ledger. */
export function curlLines(environment: string, clouds: Clouds, grants: readonly RouteGrant[]): readonly string[] {
  const lines: string[] = [];
  const open = simplest(grants.filter(({ principal }) => principal === ANYONE));
  if (open) lines.push("anyone", `  ${call(clouds, open)}`);
  const scoped = simplest(grants.filter(({ principal }) => principal !== undefined && principal !== ANYONE));
  if (scoped) lines.push("no token: refused", `  ${call(clouds, scoped)}`);
  for (const caller of clouds.callers) {
    const line = lineFor(environment, clouds, grants, caller);
    if (line !== undefined) lines.push(caller.name, `  ${line}`);
  }
  return [...lines, ...pastLines(environment, clouds, grants), ...clientLines(clouds)];
}

/** A call for a person who signed in through this client. Undefined if the ledger lets the client call nothing. */
export function signedInLine(
  environment: string,
  clouds: Clouds,
  grants: readonly RouteGrant[],
  clientId: string,
  user: string,
): string | undefined {
  const caller = clouds.callers.find(({ client }) => client?.id === clientId);
  const route = caller && routeOf(grants, caller);
  const named = user === DEFAULT_USER ? undefined : user;
  return route && call(clouds, route, tokenCommand(environment, caller.name, named));
}

/** Kinds of callers that need no browser, the simplest token first. */
const WITHOUT_BROWSER: readonly DeclaredCaller["kind"][] = ["program", "external", "aws"];

/** The calls that the page offers to copy. The first one has a token if a caller gets one without a browser. */
export function callCommands(
  environment: string,
  door: Pick<Clouds, "url" | "callers">,
  grants: readonly RouteGrant[],
): CallCommands {
  const callers = WITHOUT_BROWSER.flatMap((kind) => door.callers.filter((caller) => caller.kind === kind));
  const [first] = callers.flatMap((caller) => {
    const route = routeOf(grants, caller);
    return route === undefined ? [] : [call(door, route, tokenCommand(environment, caller.name))];
  });
  const open = simplest(grants.filter(({ principal }) => principal === ANYONE));
  return {
    first: first ?? (open && call(door, open)),
    again: (request) => againLine(environment, door, request),
  };
}

/** Characters that a terminal shows as they are. */
const VISIBLE = /^[\x21-\x7e]+$/;

/**
 * The same call, to make again. The caller chose its method, path and user name, so each is one quoted word of the shell, and curl
 * sends the path as it is. A path with other characters, such as a withheld token, is not repeated.
 */
function againLine(
  environment: string,
  { url, callers }: Pick<Clouds, "url" | "callers">,
  { door, method, path, caller, user = DEFAULT_USER, hadToken }: RepeatedRequest,
): string | undefined {
  if (door !== "gateway" || !path.startsWith("/") || !VISIBLE.test(path)) return undefined;
  const declared = callers.find(({ name }) => name === caller);
  const isOtherUser = declared?.kind === "person" && user !== DEFAULT_USER && VISIBLE.test(user);
  const token = declared && tokenCommand(environment, declared.name, isOtherUser ? user : undefined);
  const globs = /[{}[\]]/.test(path) ? " -g" : "";
  const dots = /\/(\.|%2e){1,2}(\/|$)/i.test(path) ? " --path-as-is" : "";
  const line = `curl -s${globs}${dots}${methodOption(method)} ${quoted(new URL(url).origin + path)}`;
  if (token !== undefined) return line + bearer(`$(${token})`);
  // The token names no declared caller, so the reader has to bring it.
  return hadToken ? line + bearer("$TOKEN") : line;
}

/** For each service that can be called past the gateway: a line that calls it with a token that Envoy accepts. */
function pastLines(environment: string, clouds: Clouds, grants: readonly RouteGrant[]): readonly string[] {
  return clouds.pastGateway.flatMap(({ service, url, routes }) => {
    // A person's token needs a browser.
    const named = clouds.callers.filter(({ kind }) => kind !== "person");
    const here = grants.filter(
      ({ principal, route }) => routes.includes(route) && named.some(({ name }) => name === principal),
    );
    const simple = simplest(here);
    const caller = named.find(({ name }) =>
      here.some(({ principal, route }) => principal === name && route === simple),
    );
    if (simple === undefined || caller === undefined) return [];
    const { authorityFile, port } = clouds.tls;
    const at = `--cacert ${authorityFile} --connect-to ::127.0.0.1:${port} ${url}`;
    return [
      `${caller.name}, past the gateway: ${service} accepts a valid token from any caller`,
      `  ${call(clouds, simple, tokenCommand(environment, caller.name), at)}`,
    ];
  });
}

/** The token endpoints for programs, with their clients. The secrets are made up, and new at every start. */
function clientLines({ callers, cognitoUrl }: Clouds): readonly string[] {
  const pools = [...new Set(callers.flatMap(({ pool }) => pool ?? []))];
  return pools.flatMap((pool) => {
    const secrets = callers.flatMap(({ name, kind, pool: own, client }) =>
      own === pool && kind === "program" && client !== undefined ? [`  ${name}  ${client.id}:${client.secret}`] : [],
    );
    return secrets.length === 0
      ? []
      : [`client id and secret, for ${cognitoUrl}/${pool.domain}/oauth2/token`, ...secrets];
  });
}

function routeOf(grants: readonly RouteGrant[], { name }: DeclaredCaller): string | undefined {
  return simplest(grants.filter(({ principal }) => principal === name));
}

/** A read-only route without a variable, if there is one. */
function simplest(grants: readonly RouteGrant[]): string | undefined {
  const routes = grants.map(({ route }) => route);
  const reads = routes.filter((route) => route.startsWith("GET "));
  return reads.find((route) => !route.includes("{")) ?? reads[0] ?? routes[0];
}

function lineFor(environment: string, clouds: Clouds, grants: readonly RouteGrant[], caller: DeclaredCaller) {
  const route = routeOf(grants, caller);
  if (route === undefined) return undefined;
  const { kind, pool, client, resource } = caller;
  if (kind !== "person" || pool === undefined || client === undefined) {
    return call(clouds, route, tokenCommand(environment, caller.name));
  }
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: client.localCallbackUrls[0] ?? clouds.signedInUrl(pool, client) ?? "",
    ...(resource !== undefined && { resource }),
  });
  return `in a browser: ${clouds.cognitoUrl}/${pool.domain}/oauth2/authorize?${query}`;
}

/**
 * @param token the command that prints a token. Default: no token
 * @param at the base URL of the call. Default: the gateway
 */
function call({ url }: Pick<Clouds, "url">, routeKey: string, token?: string, at = url): string {
  const { method, path } = callOf(routeKey);
  return `curl -s${methodOption(method)} ${at}${path}${token === undefined ? "" : bearer(`$(${token})`)}`;
}

function methodOption(method: string): string {
  return method === "GET" ? "" : method === "HEAD" ? " -I" : ` -X ${quoted(method)}`;
}

/** @param token an expression of the shell, never a token itself */
function bearer(token: string): string {
  return ` -H "Authorization: Bearer ${token}"`;
}
