import { formatPath, type Located, nearestNode, nodeAt, type Origin, type Path } from "./located";

/** A problem before findings are merged: its path is still a list of steps. */
export interface Finding {
  readonly origin: Origin;
  /** Place of the same fault in the base file, used if every environment shares it. */
  readonly shared?: Origin;
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
  /** The unknown key or name, if that is the fault. */
  readonly unknown?: string;
  /** The map that lost an entry because of this fault. */
  readonly hides?: Path;
  readonly isMissing?: boolean;
  /** Maps whose names people choose have these entries around the place, the outermost first. */
  readonly entries?: readonly Path[];
  /** An overlay changes or deletes what base.yaml does not have. It is one problem for all overlays. */
  readonly isOrphan?: boolean;
}

/** A rule's verdict on one place in the config. */
export interface Verdict {
  /** `2000`, `the tag "latest"`. */
  readonly got: string;
  /** `at most 1000 (Cloud Run's limit per service)`. */
  readonly expected: string;
  readonly remedy: string;
}

/** Receives a rule's verdicts on one environment. */
export type Report = (path: Path, verdict: Verdict) => void;

/** The verdict as a finding, at the place where its value was written. */
export function findingAt(root: Located, path: Path, verdict: Verdict): Finding {
  const node = nearestNode(root, path);
  const isMissing = nodeAt(root, path) === undefined;
  return {
    origin: node.origin,
    ...(isMissing && { isMissing }),
    ...(isMissing && node.kind === "map" && node.inherited ? { shared: node.inherited } : {}),
    path,
    message: `got ${verdict.got}, expected ${verdict.expected}`,
    remedy: verdict.remedy,
  };
}

/** The value's line and column, and its path. */
export function placeOf({ origin, path }: Finding): string {
  return `${origin.file}:${origin.line}:${origin.column} ${formatPath(path)}`;
}

/** A value for an error message: shortened, and quoted if it is text. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "a map";
  const text = JSON.stringify(value);
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}… (${String(value).length} characters)`;
}

const LONGEST_SHOWN = 100;
