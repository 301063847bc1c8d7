import type { Draft } from "../derived/draft";
import type { Report } from "../source/finding";

/** A promise about one environment. It reports each breach at the value that would have to change. */
export type Rule = (draft: Draft, report: Report) => void;
