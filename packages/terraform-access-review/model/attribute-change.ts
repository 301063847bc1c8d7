export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a change means for one attribute of a resource. */
export interface AttributeChange {
  /** `cors_configuration.allow_origins`, `policy.Statement[AllowInvoke].Action`. */
  readonly path: string;
  /**
   * `added` and `removed` may be items of a set or a list. `hidden` has no values, because they may be secret. `unknown`
   * is known only after the apply; `after` is then the configuration's new reference, if it changed.
   */
  readonly kind: "added" | "removed" | "changed" | "hidden" | "unknown";
  readonly before?: Json;
  readonly after?: Json;
  /** Parts of `before` or `after` are replaced, because they may be secret. Not set for the kind `hidden`. */
  readonly hides?: true;
}

/** Whether a value, or a part of it, is not in the change because it may be secret. */
export function isHiding({ kind, hides }: AttributeChange): boolean {
  return kind === "hidden" || hides === true;
}
