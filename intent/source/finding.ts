import type { Located, Origin, Path } from "./located";
import { formatPath, nearestNode, nodeAt } from "./located";

/** A problem while it is being found: with a path still in steps, and no need to know who else found it. */
export interface Finding {
  readonly origin: Origin;
  /** Where the same fault stands in the base file, if every environment turns out to share it. */
  readonly shared?: Origin;
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
  /** The key or name that its place does not know, where that is the fault. */
  readonly unknown?: string;
  /** The map of which an entry is lost. */
  readonly hides?: Path;
  /** Whether the fault is that something is not there. */
  readonly isMissing?: boolean;
}

/** What a rule says about one place of the config. */
export interface Verdict {
  /** `2000`, `the tag "latest"`. */
  readonly got: string;
  /** `at most 1000 (Cloud Run's limit per service)`. */
  readonly expected: string;
  readonly remedy: string;
}

/** Takes a rule's verdicts on one environment. */
export type Report = (path: Path, verdict: Verdict) => void;

/** The verdict as a finding, at the place its value came from. */
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

/** A value as an error shows it: short, and quoted if it is text. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "a map";
  const text = JSON.stringify(value);
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}… (${String(value).length} characters)`;
}

const LONGEST_SHOWN = 100;
