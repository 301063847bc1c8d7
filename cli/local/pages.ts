import type { IncomingHttpHeaders } from "node:http";
import type { Cors } from "../../intent/model/gateway-intent";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { type Matrix, NO_TOKEN, passed } from "./matrix";
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
  { origins, headers, servicesAnswer }: Cors,
  { routes, cells }: Pick<Matrix, "routes" | "cells">,
): Promise<readonly string[]> {
  const { gateway, url, callers } = clouds;
  const tokens = new Map(callers.map(({ name, token }) => [name, token]));
  const faults: string[] = [];
  const unread = new Set<string>();
  for (const route of routes) {
    const { method, path } = callOf(route);
    const preflight = (origin: string) => {
      const asked = { "access-control-request-method": method, "access-control-request-headers": headers.join(",") };
      return headersFrom(url, { method: "OPTIONS", path, headers: { origin, ...asked } });
    };
    const own = cells.filter((cell) => cell.route === route);
    const accepted = own.find((cell) => cell.another === undefined && passed(cell));
    const refused = own.find((cell) => gateway.kind === "rest" && cell.caller === NO_TOKEN && !passed(cell));
    for (const origin of origins) {
      const answer = await preflight(origin);
      const lacking = [
        ...(answer.status < 300 && isFor(origin, answer.headers) ? [] : ["access-control-allow-origin"]),
        ...(names(answer.headers, "access-control-allow-methods").includes(method.toLowerCase())
          ? []
          : ["access-control-allow-methods"]),
        ...(headers.every((each) => names(answer.headers, "access-control-allow-headers").includes(each))
          ? []
          : ["access-control-allow-headers"]),
      ];
      if (lacking.length > 0) {
        faults.push(`a page of ${origin} cannot call ${route}: its preflight got ${answer.status} without ${lacking}`);
      }
      for (const cell of [accepted, refused]) {
        if (cell === undefined) continue;
        const token = await tokens.get(cell.caller)?.();
        const [, to = ""] = (cell.sent ?? cell.request).split(" ");
        const asked = { method, path: to, headers: { origin, ...headersOf(token) } };
        const { status, service, headers: got } = await headersFrom(url, asked);
        if (isFor(origin, got)) continue;
        const isOfService = gateway.kind === "rest" && cell === accepted;
        // An answer to HEAD has no body, so it names no service.
        if (isOfService && service !== undefined) unread.add(service);
        if (!isOfService) faults.push(`a page of ${origin} cannot read the ${status} of ${route}`);
      }
    }
    const other = await preflight(OTHER_ORIGIN);
    if (isFor(OTHER_ORIGIN, other.headers)) faults.push(`a page of any origin may call ${route}`);
  }
  if (servicesAnswer) return faults;
  const services = [...unread].map(
    (service) =>
      `a page cannot read what ${service} answers: a REST API forwards it unchanged, so the service must write access-control-allow-origin; once it does, write gateway.cors.servicesAnswer: true`,
  );
  return [...faults, ...services];
}

function isFor(origin: string, { "access-control-allow-origin": allowed }: IncomingHttpHeaders): boolean {
  return allowed === origin || allowed === "*";
}

function names(headers: IncomingHttpHeaders, name: string): readonly string[] {
  return String(headers[name] ?? "")
    .toLowerCase()
    .split(",")
    .map((each) => each.trim());
}
