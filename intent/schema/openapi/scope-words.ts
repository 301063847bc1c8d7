import { type Located, type LocatedMap, plain } from "../../source/located";
import { ownValue } from "../../source/values";

/**
 * What a scope of a document means in an environment: sets of scopes, of which a caller needs all. Several sets are a
 * contradiction. A scope that is a value of an issuer's `scopeValues` means the scopes that the value grants, unless one
 * of them has the same name. Any other scope means itself.
 */
export function meaningsIn(root: LocatedMap): (scope: string) => readonly (readonly string[])[] {
  const issuers = entriesOf(root.entries.get("issuers"));
  const maps = issuers.map(({ scopeValues }) => recordOf(scopeValues));
  const listed = [...issuers, ...entriesOf(root.entries.get("clients"))].map(({ scopes }) => scopes);
  const granted = new Set([...listed, ...maps.flatMap((map) => Object.values(map))].flatMap(textsOf));
  return (scope) => {
    const byValue = maps.map((map) => textsOf(ownValue(map, scope))).filter(({ length }) => length > 0);
    const sets = byValue.map((scopes) => (scopes.includes(scope) ? [scope] : [...new Set(scopes)].sort()));
    if (sets.length === 0 || granted.has(scope)) sets.push([scope]);
    return [...new Map(sets.map((each) => [each.join(" "), each])).values()];
  };
}

function entriesOf(node: Located | undefined): readonly Readonly<Record<string, unknown>>[] {
  return node === undefined ? [] : Object.values(recordOf(plain(node))).map(recordOf);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
