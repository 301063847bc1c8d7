import type { DeclaredCaller } from "../../packages/local-front-door/callers";
import type { Clouds } from "../../packages/local-front-door/clouds";
import type { AccessRow } from "../../packages/terraform-access-review/access/row";
import { callOf } from "./requests";

/** Takes the token out of a token endpoint's answer with what every shell has. */
const TOKEN_OF = `sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`;

/** What to paste into a shell: a line for each declared caller that calls a route which the ledger lets it call. */
export function curlLines(environment: string, clouds: Clouds, grants: readonly AccessRow[]): readonly string[] {
  const lines: string[] = [];
  const open = simplest(grants.filter(({ principal }) => principal === "anyone"));
  if (open) lines.push("anyone", `  ${call(clouds, open)}`);
  const scoped = simplest(grants.filter(({ principal }) => principal !== "anyone"));
  if (scoped) lines.push("nobody: refused, for want of a token", `  ${call(clouds, scoped)}`);
  for (const caller of clouds.callers) {
    const route = simplest(grants.filter(({ principal }) => principal === caller.name));
    if (route === undefined) continue;
    lines.push(caller.name, ...linesFor(environment, clouds, caller, route).map((line) => `  ${line}`));
  }
  return [...lines, ...pastLines(environment, clouds, grants)];
}

/** For each service that can be called past the gateway: a line that does, with a token that Envoy lets pass. */
function pastLines(environment: string, clouds: Clouds, grants: readonly AccessRow[]): readonly string[] {
  return clouds.pastGateway.flatMap(({ service, url, routes }) => {
    // A person's token takes a browser.
    const named = clouds.callers.filter(({ kind }) => kind !== "person");
    const here = grants.filter(
      ({ principal, permission }) => routes.includes(permission) && named.some(({ name }) => name === principal),
    );
    const route = simplest(here);
    const caller = named.find(({ name }) =>
      here.some(({ principal, permission }) => principal === name && permission === route),
    );
    if (route === undefined || caller === undefined) return [];
    const { authorityFile, port } = clouds.tls;
    const at = `--cacert ${authorityFile} --connect-to ::127.0.0.1:${port} ${url}`;
    return [
      `${caller.name}, past the gateway: ${service} takes a good token from anybody`,
      ...linesFor(environment, clouds, caller, route, at).map((line) => `  ${line}`),
    ];
  });
}

/** A route that only reads, and without a variable, if there is one. */
function simplest(grants: readonly AccessRow[]): string | undefined {
  const routes = grants.map(({ permission }) => permission);
  const reads = routes.filter((route) => route.startsWith("GET "));
  return reads.find((route) => !route.includes("{")) ?? reads[0] ?? routes[0];
}

/** @param at where the call goes. Default: the gateway */
function linesFor(
  environment: string,
  clouds: Clouds,
  { name, kind, pool, client }: DeclaredCaller,
  route: string,
  at = clouds.url,
) {
  if (kind === "external") {
    return [call(clouds, route, `$(npm run -s token -- ${environment} --as ${quoted(name)})`, at)];
  }
  if (pool === undefined || client === undefined) return [];
  const base = `${clouds.cognitoUrl}/${pool.domain}`;
  if (kind === "program") {
    const ask = `curl -s -u '${client.id}:${client.secret}' -d grant_type=client_credentials ${base}/oauth2/token`;
    return [call(clouds, route, `$(${ask} | ${TOKEN_OF})`, at)];
  }
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: client.localCallbackUrls[0] ?? client.callbackUrls[0] ?? "",
  });
  return [`in a browser: ${base}/oauth2/authorize?${query}`];
}

/** As one word of a POSIX shell: a subject may hold anything. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function call({ url }: Clouds, routeKey: string, token?: string, at = url): string {
  const { method, path } = callOf(routeKey);
  const how = method === "GET" ? "" : method === "HEAD" ? " -I" : ` -X ${method}`;
  return `curl -s${how} ${at}${path}${token === undefined ? "" : ` -H "Authorization: Bearer ${token}"`}`;
}
