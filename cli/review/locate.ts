import { type Places, placesOf } from "../../intent/schema/places";
import type { AccessRow } from "../../packages/terraform-access-review/access/row";
import type { Locate } from "../../packages/terraform-access-review/report/report";
import type { UrlOf } from "../process/place-urls";
import { CONFIG } from "../process/project";

/**
 * Where the config declares what a ledger row shows, if a single key does.
 *
 * @param urlOf browser URL of a place. Default: places are plain text
 */
export function locateIn(environment: string, urlOf: UrlOf = () => undefined): Locate {
  let places: Places | undefined;
  return (row) => {
    // Read when the first row asks for it. Most environments of a review have no rows.
    places ??= placesOf(CONFIG, environment);
    for (const path of pathsOf(row, places)) {
      const found = places.at(path);
      if (found === undefined) continue;
      const url = urlOf(found);
      return { text: found, ...(url !== undefined && { url }) };
    }
    return undefined;
  };
}

type ConfigPath = readonly string[];

/** The keys that a row may come from, the most likely first. */
function pathsOf({ principal, permission, resource }: AccessRow, places: Places): readonly ConfigPath[] {
  const [, method, template] = /^([A-Z]+) (\/.*)$/.exec(permission) ?? [];
  if (template !== undefined) {
    const routes = places.keys(["services"]).map((service) => ["services", service, "routes"]);
    return [`${method} ${template}`, `ANY ${template}`].flatMap((key) => routes.map((path) => [...path, key]));
  }
  if (principal.startsWith("pages of ")) return [["gateway", "cors", "origins"]];
  if (principal.startsWith("issuer ")) return [["issuers", principal.slice("issuer ".length)]];
  const names = [
    ...places.keys(["clients"]).map((name) => ["clients", name]),
    ...places.keys(["services"]).map((name) => ["services", name]),
  ];
  const words = `${principal} ${resource}`;
  return names.filter(([, name]) => new RegExp(`(^|[ /-])${name}( |:|$)`).test(words));
}
