/** What the watcher knows of the program. All times are milliseconds since 1970. */
export interface Followed {
  /** The current step. One without a name is not reported. */
  readonly step: { readonly what: string | undefined; readonly since: number };
  readonly lastOutput: number;
}

/** Decides when a line on the current step is due. */
export class Watcher {
  follow(followed: Followed): void;
  /** The line that is due at this time, once. */
  lineAt(now: number): string | undefined;
}
