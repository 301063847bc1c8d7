import { POLICY_FILE } from "../../contract/policy-file";
import type { Places } from "../../intent/schema/places";
import { formatPath } from "../../intent/source/located";
import { keyOf, type Source, type Sources } from "../../stacks/shared/sources";

/** Where a resource is declared, or one of its attributes is set. */
export interface DeclaredAt {
  /** `config/base.yaml:41`, or `main.ts:12` for a resource of the project's own code. */
  readonly place: string;
  /** Path of the config key at that line; undefined for the project's own code. */
  readonly key?: readonly (string | number)[];
  /** Set if the line is that of one of the values. */
  readonly isValue?: true;
}

export type PlaceOf = (address: string, attribute?: string, values?: readonly string[]) => DeclaredAt | undefined;

/** Lines of keys and values in config. */
export type Lines = Pick<Places, "nearest" | "values">;

/**
 * Finds the line that declares a resource, or sets one of its attributes. `values` are texts that the attribute has or
 * had: a line of one of them is more exact than that of its key.
 *
 * @param readLines lines of the config. Read only if needed
 * @param former sources of the other side of a review, for what this side no longer has
 */
export function placesBy(sources: Sources, readLines: () => Lines, former: Sources = new Map()): PlaceOf {
  let lines: Lines | undefined;
  return (address, attribute = "", values = []) => {
    const source = statedIn(sources.get(address), former.get(address), attribute);
    if (source === undefined) return undefined;
    if (source.own !== undefined) return { place: source.own };
    lines ??= readLines();
    const key = keyOf(source, attribute);
    const value = lines.values(key).find(({ text }) => values.includes(text));
    return value === undefined ? lines.nearest(key) : { place: value.place, key: value.path, isValue: true };
  };
}

/** The former source counts for a resource that is gone, and for an attribute that only it has: a route of the policy. */
function statedIn(source: Source | undefined, former: Source | undefined, attribute: string): Source | undefined {
  const isGone = source === undefined || !Object.hasOwn(source.attributes, attribute);
  const hadIt = former !== undefined && (source === undefined || Object.hasOwn(former.attributes, attribute));
  // Lines of code that is gone are unknown.
  return isGone && hadIt && former.own === undefined ? former : source;
}

/** The line that declares a route, by its key. */
export function routeLines(find: PlaceOf): (route: string) => string | undefined {
  return (route) => find(POLICY_FILE, `routes.${route}`)?.place;
}

/** `config/base.yaml:41  clients.web` */
export function inWords(at: DeclaredAt | undefined): string | undefined {
  return at && [at.place, ...(at.key === undefined ? [] : [formatPath(at.key)])].join("  ");
}
