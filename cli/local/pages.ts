import type { IncomingHttpHeaders } from "node:http";
import type { Cors } from "../../intent/model/gateway-intent";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { type Cell, type Matrix, NO_TOKEN, passed } from "./matrix";
import { callOf, headersFrom, headersOf } from "./requests";

/** An origin that no config can list: `.invalid` is reserved (RFC 2606). */
const OTHER_ORIGIN = "https://other.invalid";

/**
 * Sends, for each route and each origin whose pages may call, a preflight, a call that the route accepts and, to a REST
 * API, one that it refuses. A browser lets a page read an answer only if it names the page's origin. AWS does not document
 * whether the refusals of an HTTP API do.
 *
 * @param called the matrix of calls without an origin, with which callers each route accepts
 * @returns what a page cannot do, or could from another origin; one sentence each
 */
export async function pageFaults(
  clouds: Clouds,
  cors: Cors,
  { routes, cells }: Pick<Matrix, "routes" | "cells">,
): Promise<readonly string[]> {
  const isRest = clouds.gateway.kind === "rest";
  const faults: string[] = [];
  /** Services of a REST API whose answers no page can read. */
  const silent = new Set<string>();
  for (const route of routes) {
    const own = cells.filter((cell) => cell.route === route);
    const accepted = own.find((cell) => cell.another === undefined && passed(cell));
    const refused = own.find((cell) => isRest && cell.caller === NO_TOKEN && !passed(cell));
    for (const origin of cors.origins) {
      const { status, headers } = await preflight(clouds, cors, route, origin);
      const lacking = lackingIn(status, headers, origin, callOf(route).method, cors);
      if (lacking.length > 0)
        faults.push(`a page of ${origin} cannot call ${route}: its preflight got ${status} without ${lacking}`);
      for (const cell of [accepted, refused].filter((each) => each !== undefined)) {
        const answer = await callFrom(clouds, origin, cell);
        if (isFor(origin, answer.headers)) continue;
        if (!isRest || cell === refused)
          faults.push(`a page of ${origin} cannot read the ${answer.status} of ${route}`);
        // An answer to HEAD has no body, so it names no service.
        else if (answer.service !== undefined) silent.add(answer.service);
      }
    }
    const other = await preflight(clouds, cors, route, OTHER_ORIGIN);
    if (isFor(OTHER_ORIGIN, other.headers)) faults.push(`a page of any origin may call ${route}`);
  }
  return [...faults, ...[...silent].map((service) => silentInWords(service, cors))];
}

function preflight({ url }: Clouds, { headers }: Cors, route: string, origin: string) {
  const { method, path } = callOf(route);
  const asked = { "access-control-request-method": method, "access-control-request-headers": headers.join(",") };
  return headersFrom(url, { method: "OPTIONS", path, headers: { origin, ...asked } });
}

/** The call of a cell, from a page. */
async function callFrom({ url, callers }: Clouds, origin: string, { caller, request, sent = request }: Cell) {
  const [method = "", path = ""] = sent.split(" ");
  const token = await callers.find(({ name }) => name === caller)?.token();
  return headersFrom(url, { method, path, headers: { origin, ...headersOf(token) } });
}

/** What an answer to a preflight lacks, so that a browser does not send the call. */
function lackingIn(
  status: number,
  answer: IncomingHttpHeaders,
  origin: string,
  method: string,
  { headers }: Cors,
): readonly string[] {
  const mayUse = (name: string, wanted: readonly string[]) => {
    const found = String(answer[name] ?? "")
      .toLowerCase()
      .split(",")
      .map((each) => each.trim());
    return wanted.every((each) => found.includes(each)) ? [] : [name];
  };
  return [
    ...(status < 300 && isFor(origin, answer) ? [] : ["access-control-allow-origin"]),
    ...mayUse("access-control-allow-methods", [method.toLowerCase()]),
    ...mayUse("access-control-allow-headers", headers),
  ];
}

function isFor(origin: string, { "access-control-allow-origin": allowed }: IncomingHttpHeaders): boolean {
  return allowed === origin || allowed === "*";
}

function silentInWords(service: string, { servicesAnswer }: Cors): string {
  const next = servicesAnswer ? "" : "; once it does, write gateway.cors.servicesAnswer: true";
  return `a page cannot read what ${service} answers: a REST API forwards it unchanged, so the service must write access-control-allow-origin${next}`;
}
