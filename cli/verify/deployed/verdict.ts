/** The result of a probe. */
export type Verdict =
  | { readonly kind: "confirmed"; readonly seen: string }
  | {
      readonly kind: "refuted";
      readonly seen: string;
      /** The consequence. */
      readonly means: string;
      /** The remedy. */
      readonly change: string;
    }
  | { readonly kind: "could not tell"; readonly why: string };

export function confirmed(seen: string): Verdict {
  return { kind: "confirmed", seen };
}

export function refuted(seen: string, means: string, change: string): Verdict {
  return { kind: "refuted", seen, means, change };
}

export function couldNotTell(why: string): Verdict {
  return { kind: "could not tell", why };
}
