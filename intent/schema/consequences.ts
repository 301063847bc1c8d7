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

/** An entry that is only in the overlay and lacks keys is usually a misspelt entry of the base. Each is one finding. */
export function asMisspelt(findings: readonly Finding[], base: Located, root: Located): readonly Finding[] {
  const missed = findings.flatMap(({ path, isMissing }) => (isMissing && misspeltEntry(base, root, path)) || []);
  if (missed.length === 0) return findings;
  const entries = new Map(missed.map((entry) => [JSON.stringify(entry.path), entry]));
  const others = findings.filter(({ path }) => !missed.some((entry) => isWithin(path, entry.path)));
  return [...others, ...[...entries.values()].map((entry) => misspelt(entry, findings, root))];
}

interface MisspeltEntry {
  readonly path: Path;
  readonly meant: string;
}

function misspeltEntry(base: Located, root: Located, path: Path): MisspeltEntry | undefined {
  const depth = path.findIndex((_, index) => nodeAt(base, path.slice(0, index + 1)) === undefined);
  const parent = nodeAt(base, path.slice(0, depth));
  const entry = path.slice(0, depth + 1);
  // Top-level keys of the config are not entries, and neither is a missing value.
  if (depth < 1 || parent?.kind !== "map" || nodeAt(root, entry) === undefined) return undefined;
  const meant = nearest(String(path[depth]), parent.entries.keys());
  return meant === undefined ? undefined : { path: entry, meant };
}

function misspelt({ path, meant }: MisspeltEntry, findings: readonly Finding[], root: Located): Finding {
  const inside = findings.filter((each) => isWithin(each.path, path));
  const missing = inside.flatMap((each) => (each.isMissing && each.path[path.length]) || []);
  const lack = missing.length === 0 ? "the keys that it needs" : [...new Set(missing)].sort().join(" and ");
  return {
    origin: (nodeAt(root, path) ?? root).origin,
    path,
    unknown: String(path.at(-1)),
    message: `got the new entry ${JSON.stringify(path.at(-1))} without ${lack}, expected an entry of base.yaml or a complete new one`,
    remedy: `did you mean ${JSON.stringify(meant)}? Otherwise add what is missing`,
  };
}
