import type { LedgerPart } from "../../review/access/parts";
import type { Iso27001 } from "./iso-27001";
import type { LogName } from "./logs";
import type { Soc2 } from "./soc-2";

/** One thing that somebody can look at. */
export type Shown =
  /** A file or folder of this repository; `<env>` stands for each environment. */
  | { readonly file: string; readonly says: string }
  /** `npm run …`: its first word is a script of `package.json`. */
  | { readonly command: string; readonly says: string }
  /** Id of a rule of `stacks/policy/`, which says itself what it promises. */
  | { readonly rule: string }
  | { readonly ledger: LedgerPart }
  | { readonly log: LogName };

/** A question that auditors ask, and what answers it here. */
export interface Subject {
  readonly id: string;
  readonly title: string;
  readonly soc2: readonly Soc2[];
  readonly iso: readonly Iso27001[];
  readonly shown: readonly Shown[];
  /** What of the question this project cannot answer. */
  readonly open: string;
}
