import type { Effect } from "../model/change";

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  broadened: "broader",
  unjudged: "cannot be judged",
  narrowed: "narrower",
  neither: "neither broader nor narrower",
};

/** In a terminal. */
export const SIGNS: Readonly<Record<Effect, string>> = { broadened: "+", unjudged: "?", narrowed: "-", neither: "=" };

/** In the order of a report: what a reviewer must look at comes first. */
export const EFFECTS = ["broadened", "unjudged", "narrowed", "neither"] as const satisfies readonly Effect[];
