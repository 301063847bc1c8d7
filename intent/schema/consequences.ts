import { nearest } from "../model/nearest";
import type { Finding } from "../source/finding";
import { isWithin, type Located, nodeAt, type Path } from "../source/located";

/**
 * Drops findings that correcting a cause would also resolve, so that each cause is reported once, at its place.
 *
 * @param causes findings that are reported in any case
 */
export function withoutConsequences(findings: readonly Finding[], causes: readonly Finding[]): readonly Finding[] {
  const places = new Set(causes.map(({ path }) => JSON.stringify(path)));
  const isInside = (path: Path) =>
    [undefined, ...path].some((_, length) => places.has(JSON.stringify(path.slice(0, length))));
  const unknown = causes.filter((each) => each.unknown !== undefined);
  const hidden = causes.flatMap(({ hides }) => (hides ? [hides] : []));
  const ownUnknown = findings.filter((each) => each.unknown !== undefined);
  return findings.filter((finding) => {
    const { path, isMissing } = finding;
    if (places.size > 0 && isInside(path)) return false;
    if (unknown.some((cause) => isInsideMeant(cause, path))) return false;
    if (!isMissing) return true;
    if (hidden.some((map) => isWithin(path, map))) return false;
    // A finding that is both unknown and missing cannot be the cause of another such finding: two would hide each
    // other.
    const own = finding.unknown === undefined ? ownUnknown : ownUnknown.filter((cause) => !cause.isMissing);
    return ![...unknown, ...own].some((cause) => isMeant(cause, path));
  });
}

/** Whether an unknown key is the missing one: misspelt, or written in the wrong place. */
function isMeant(cause: Finding, path: Path): boolean {
  return path.includes(cause.unknown ?? "") || isMisspelt(cause, path);
}

/**
 * Whether a path is inside a key that the base misspells. It cannot be checked without the base's part of the value.
 */
function isInsideMeant(cause: Finding, path: Path): boolean {
  return path.length > cause.path.length && isMisspelt(cause, path);
}

function isMisspelt({ path: place, unknown = "" }: Finding, path: Path): boolean {
  const missed = path[place.length - 1];
  if (typeof missed !== "string" || missed === unknown || !isWithin(path, place.slice(0, -1))) return false;
  return nearest(unknown, [missed]) !== undefined;
}

/**
 * An entry that is only in the overlay and lacks keys usually changes an entry that the file below had, or a misspelt
 * one. Each is one finding, in place of all that the entry lacks.
 *
 * @param file the file below: `base.yaml`
 */
export function asOrphans(
  findings: readonly Finding[],
  base: Located,
  root: Located,
  file: string,
): readonly Finding[] {
  const isAdded = (entry: Path) => nodeAt(base, entry) === undefined && nodeAt(root, entry) !== undefined;
  const entries = new Map(
    findings.flatMap(({ isMissing, entries = [] }) => {
      const added = isMissing ? entries.find(isAdded) : undefined;
      return added === undefined ? [] : [[JSON.stringify(added), added] as const];
    }),
  );
  const others = findings.filter(({ path }) => ![...entries.values()].some((entry) => isWithin(path, entry)));
  return [...others, ...[...entries.values()].map((entry) => orphan(entry, findings, base, root, file))];
}

function orphan(path: Path, findings: readonly Finding[], base: Located, root: Located, file: string): Finding {
  const [list, name] = [path.slice(0, -1), String(path.at(-1))];
  const inside = findings.filter((each) => isWithin(each.path, path));
  const missing = inside.flatMap((each) => (each.isMissing && each.path[path.length]) || []);
  const lack = missing.length === 0 ? "the keys that it needs" : [...new Set(missing)].sort().join(" and ");
  const known = nodeAt(base, list);
  const meant = known?.kind === "map" ? nearest(name, known.entries.keys()) : undefined;
  return {
    origin: (nodeAt(root, path) ?? root).origin,
    path,
    unknown: name,
    isOrphan: true,
    message: `got an entry without ${lack}, expected a complete one: ${file} has no ${kindOf(list)} called ${JSON.stringify(name)}`,
    remedy: `${meant === undefined ? "write" : `did you mean ${JSON.stringify(meant)}? Otherwise write`} it in ${file}, complete it here, or remove it`,
  };
}

/** `client` for an entry of `clients`. */
function kindOf(list: Path): string {
  return String(list.at(-1)).replace(/s$/, "");
}
