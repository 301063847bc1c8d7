import type { Verdict } from "../../review/report/verdict";
import { CommandError, EXIT } from "../command-error";

/** What a pipeline may want an approval for, and when it is the case. */
const REASONS = {
  broadened: ({ access }: Verdict) => access === "broadened",
  destroy: ({ counts }: Verdict) => (counts.destroyed ?? 0) > 0,
  replace: ({ counts }: Verdict) => (counts.replaced ?? 0) > 0,
  drift: ({ drifted }: Verdict) => drifted,
} as const;

export type FailOn = keyof typeof REASONS;

/** `broadened,destroy` */
export function failOn(text: string | undefined): readonly FailOn[] {
  const names = text === undefined ? [] : text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !(name in REASONS));
  if (unknown === undefined) return names as FailOn[];
  throw new CommandError(
    `--fail-on ${text}: ${JSON.stringify(unknown)} is no reason\n    any of ${Object.keys(REASONS).join(", ")}, separated by commas`,
    EXIT.usage,
  );
}

export function reasonsMet(asked: readonly FailOn[], verdict: Verdict): readonly FailOn[] {
  return asked.filter((name) => REASONS[name](verdict));
}
