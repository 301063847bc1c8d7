import { POLICY_FILE } from "../../contract/policy-file";
import type { Places } from "../../intent/schema/places";
import { formatPath } from "../../intent/source/located";
import { keyOf, type Sources } from "../../stacks/shared/comes-from";
import { placeInMain } from "./main";

/** Where a resource is declared, or one of its attributes is set. */
export interface DeclaredAt {
  /** `config/base.yaml:41`, or `main.ts:12` for a resource of the project's own code. */
  readonly place: string;
  /** Path of the config key at that line; undefined for the project's own code. */
  readonly key?: readonly (string | number)[];
}

export type PlaceOf = (address: string, attribute?: string, values?: readonly string[]) => DeclaredAt | undefined;

/**
 * Finds the line that declares a resource, or sets one of its attributes. `values` are texts that the attribute has or
 * had: a line of one of them is more exact than that of its key.
 *
 * @param readPlaces lines of the config. Read only if needed
 */
export function placesBy(sources: Sources, readPlaces: () => Places): PlaceOf {
  let places: Places | undefined;
  return (address, attribute = "", values = []) => {
    const source = sources.get(address);
    if (source === undefined) return undefined;
    if (source.created !== undefined) return ownPlace(source.created);
    places ??= readPlaces();
    const key = keyOf(source, attribute);
    const value = places.values(key).find(({ text }) => values.includes(text));
    return value === undefined ? places.nearest(key) : { place: value.place, key: value.path };
  };
}

/** The line that declares a route, by its key. */
export function routeLines(find: PlaceOf): (route: string) => string | undefined {
  return (route) => find(POLICY_FILE, `routes.${route}`)?.place;
}

/** `config/base.yaml:41  clients.web` */
export function inWords(at: DeclaredAt | undefined): string | undefined {
  return at && [at.place, ...(at.key === undefined ? [] : [formatPath(at.key)])].join("  ");
}

function ownPlace(created: string): DeclaredAt | undefined {
  const place = placeInMain(created);
  return place === undefined ? undefined : { place: place.replace(/:\d+$/, "") };
}
