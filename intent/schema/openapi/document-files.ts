import { BASE_FILE, overlayFile } from "../../source/environments";
import type { LocatedMap } from "../../source/located";
import { mergePatch } from "../../source/merge";
import { parseFile } from "../../source/parse-file";
import { documentNamed } from "./with-documents";

/**
 * The OpenAPI documents of an environment's services, by the service's key: `config/openapi/orders.yaml`. Nothing is
 * checked: read the intents first.
 */
export function documentFilesOf(configDir: string, environment: string): ReadonlyMap<string, string> {
  const base = parseFile(configDir, BASE_FILE).tree;
  const overlay = parseFile(configDir, overlayFile(environment)).tree;
  const services = base && overlay && (mergePatch(base, overlay) as LocatedMap).entries.get("services");
  if (services?.kind !== "map") return new Map();
  return new Map(
    [...services.entries].flatMap(([key, service]) => {
      const named = service.kind === "map" ? documentNamed(service.entries.get("openapi")) : undefined;
      return named === undefined ? [] : [[key, named.file] as const];
    }),
  );
}
