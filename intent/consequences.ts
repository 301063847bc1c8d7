import type { Finding } from "./finding";
import { isWithin, type Located, nodeAt, type Path } from "./located";
import { nearest } from "./nearest";

/** Those that stay when these causes are corrected: one cause is one finding, at its place. */
export function withoutConsequences(findings: readonly Finding[], causes: readonly Finding[]): readonly Finding[] {
  const places = new Set(causes.map(({ path }) => JSON.stringify(path)));
  const unknown = [...causes, ...findings].filter((each) => each.unknown !== undefined);
  return findings.filter(({ path, isMissing }) => {
    const isInside = [undefined, ...path].some((_, length) => places.has(JSON.stringify(path.slice(0, length))));
    return !isInside && !(isMissing && unknown.some((cause) => isMeant(cause, path)));
  });
}

/** Whether a key that its place does not know is the one that is missed: it is misspelt, or stands elsewhere. */
function isMeant({ path: place, unknown = "" }: Finding, path: Path): boolean {
  const missed = path[place.length - 1];
  const isBeside = typeof missed === "string" && isWithin(path, place.slice(0, -1));
  return path.includes(unknown) || (isBeside && nearest(unknown, [missed]) !== undefined);
}

/** An entry that only the overlay has and that lacks keys is most often one of the base's, misspelt: one finding each. */
export function asMisspelt(findings: readonly Finding[], base: Located, root: Located): readonly Finding[] {
  const found = new Map<string, Finding>();
  const missed = findings.filter(({ isMissing }) => isMissing).map(({ path }) => misspeltEntry(base, path));
  for (const finding of findings) {
    const entry = missed.find((each) => each && isWithin(finding.path, each.path));
    const place = JSON.stringify(entry?.path ?? [finding.path, finding.message]);
    if (!found.has(place)) found.set(place, entry ? misspelt(entry, findings, root) : finding);
  }
  return [...found.values()];
}

interface MisspeltEntry {
  readonly path: Path;
  readonly meant: string;
}

function misspeltEntry(base: Located, path: Path): MisspeltEntry | undefined {
  const depth = path.findIndex((_, index) => nodeAt(base, path.slice(0, index + 1)) === undefined);
  const parent = nodeAt(base, path.slice(0, depth));
  // Keys of the config itself are no entries, and what is missing is none either.
  if (depth < 1 || depth === path.length - 1 || parent?.kind !== "map") return undefined;
  const meant = nearest(String(path[depth]), parent.entries.keys());
  return meant === undefined ? undefined : { path: path.slice(0, depth + 1), meant };
}

function misspelt({ path, meant }: MisspeltEntry, findings: readonly Finding[], root: Located): Finding {
  const inside = findings.filter((each) => isWithin(each.path, path));
  const missing = inside.filter(({ isMissing }) => isMissing).map((each) => each.path.at(-1));
  return {
    origin: (nodeAt(root, path) ?? root).origin,
    path,
    message: `got the new entry ${JSON.stringify(path.at(-1))} without ${missing.join(" and ")}, expected an entry of base.yaml or a whole new one`,
    remedy: `did you mean ${JSON.stringify(meant)}? else add what is missing`,
  };
}
