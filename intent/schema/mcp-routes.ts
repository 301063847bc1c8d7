import { STREAM_TIMEOUT_SECONDS } from "../model/limits";
import { type Finding, findingAt } from "../source/finding";
import type { Located, LocatedMap, LocatedScalar, Origin } from "../source/located";

/**
 * Methods of a server of the Model Context Protocol, and whether their answers are streams. Since its version of
 * 2026-07-28 there is only POST; clients of earlier versions also open a stream with GET, and end a session with DELETE.
 */
const METHODS = { POST: true, GET: true, DELETE: false } as const;

/**
 * Adds the routes of each service's `mcp`, with its place in the config. A value that does not fit the schema adds none,
 * because the schema refuses it.
 */
export function withMcpRoutes(root: LocatedMap): { readonly root: LocatedMap; readonly findings: readonly Finding[] } {
  const services = root.entries.get("services");
  if (services?.kind !== "map") return { root, findings: [] };
  const findings: Finding[] = [];
  const entries = new Map(
    [...services.entries].map(([id, service]): readonly [string, Located] => {
      const added = service.kind === "map" ? mcpRoutes(service.entries.get("mcp")) : [];
      if (service.kind !== "map" || added.length === 0) return [id, service];
      const routes = service.entries.get("routes");
      if (routes !== undefined && routes.kind !== "map") return [id, service];
      const own = routes?.entries ?? new Map<string, Located>();
      for (const [key] of added) {
        if (!own.has(key)) continue;
        findings.push(
          findingAt(root, ["services", id, "routes", key], {
            got: `${key}, which mcp declares as well`,
            expected: "each route once",
            remedy: "remove the route: mcp.scopes says who may call it",
          }),
        );
      }
      const origin = routes?.origin ?? service.origin;
      const merged: Located = { ...routes, kind: "map", origin, entries: new Map([...own, ...added]) };
      return [id, { ...service, entries: new Map(service.entries).set("routes", merged) }];
    }),
  );
  return { root: { ...root, entries: new Map(root.entries).set("services", { ...services, entries }) }, findings };
}

function mcpRoutes(mcp: Located | undefined): readonly (readonly [string, Located])[] {
  if (mcp?.kind !== "map") return [];
  const [path, scopes] = ["path", "scopes"].map((key) => mcp.entries.get(key));
  if (path?.kind !== "scalar" || typeof path.value !== "string" || scopes?.kind !== "list") return [];
  const { origin } = mcp;
  const needed: Located = scopes.items.length > 1 ? mapOf(scopes.origin, { allOf: scopes }) : scopes;
  return Object.entries(METHODS).map(([method, stream]) => {
    const streamed = stream && { stream: scalar(origin, true), timeoutSeconds: scalar(origin, STREAM_TIMEOUT_SECONDS) };
    return [`${method} ${path.value}`, mapOf(origin, { scopes: needed, ...streamed })] as const;
  });
}

function mapOf(origin: Origin, entries: Readonly<Record<string, Located>>): LocatedMap {
  return { kind: "map", origin, entries: new Map(Object.entries(entries)) };
}

function scalar(origin: Origin, value: LocatedScalar["value"]): LocatedScalar {
  return { kind: "scalar", origin, value };
}
