/**
 * Format of the subject in a GitHub workflow's token. `named` has the repository's name. `immutable` adds its ids
 * (repositories created or renamed since the summer of 2026, and those that opted in).
 */
export const SUBJECT_FORMATS = ["immutable", "named", "both"] as const;
export type SubjectFormat = (typeof SUBJECT_FORMATS)[number];

/**
 * The part of a job's subject that depends on its trigger: the GitHub environment that the job names, or any pull
 * request.
 */
export type SubjectContext = `environment:${string}` | "pull_request";

/** The exact subjects of a repository's jobs, sorted. */
export function subjectsOf(
  repository: RepositoryIntent,
  format: SubjectFormat,
  contexts: readonly SubjectContext[],
): readonly string[] {
  const [owner, name] = repository.name.split("/");
  const named = `repo:${owner}/${name}`;
  const immutable = `repo:${owner}@${repository.ownerId}/${name}@${repository.id}`;
  const starts = { named: [named], immutable: [immutable], both: [named, immutable] }[format];
  return starts.flatMap((start) => contexts.map((context) => `${start}:${context}`)).sort();
}

export interface RepositoryIntent {
  /** `acme/storefront`. */
  readonly name: string;
  /** GitHub's id of the owner. It survives a rename and is never reassigned. */
  readonly ownerId: string;
  /** GitHub's id of the repository. It survives a rename and is never reassigned. */
  readonly id: string;
}
