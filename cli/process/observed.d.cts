/** From what a synthesis is made: digests by path, relative to the root, and by name of the variable. */
export interface Observed {
  readonly files: Readonly<Record<string, string>>;
  readonly folders: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs synchronous work, and notes which files and environment variables it reads. */
export function observe<T>(work: () => T): T;

/** Runs a part of observed work whose inputs are known otherwise. */
export function unobserved<T>(work: () => T): T;

/**
 * Everything that was observed in this process; undefined if it cannot be compared later, such as the clock.
 *
 * @param root folder of the project
 * @param own folder of this program, whose files follow from the others
 */
export function observed(root: string, own: string): Observed | undefined;

/** Whether everything is as it was observed. */
export function isUnchanged(root: string, before: Observed): boolean;

/** SHA-256 of a content, in base64url. */
export function digest(content: string | Uint8Array): string;
