import type { Report, Verdict } from "../source/finding";
import type { Path } from "../source/located";
import type { Draft } from "./draft";

/** A promise about one environment. It reports each breach at the value that would have to change. */
export type Rule = (draft: Draft, report: Report) => void;

/** Takes a verdict on one of several environments. */
export type CrossReport = (environment: string, path: Path, verdict: Verdict) => void;

/** A promise about all environments together, such as a name that only one of them may bear. */
export type CrossRule = (drafts: readonly Draft[], report: CrossReport) => void;
