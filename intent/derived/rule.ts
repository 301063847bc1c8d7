import type { Report, Verdict } from "../source/finding";
import type { Path } from "../source/located";
import type { Draft } from "./draft";

/** A guarantee about one environment. It reports each violation at the value that must change. */
export type Rule = (draft: Draft, report: Report) => void;

/** Receives a verdict on one of several environments. */
export type CrossReport = (environment: string, path: Path, verdict: Verdict) => void;

/** A guarantee across all environments, such as a name that only one of them may use. */
export type CrossRule = (drafts: readonly Draft[], report: CrossReport) => void;
