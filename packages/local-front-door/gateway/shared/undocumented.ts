import type { Decisions } from "../../trace/trace";

/**
 * Behaviour that AWS does not document. The stand-in always chooses what is worse for the stack.
 */
export interface UndocumentedChoice {
  readonly id: string;
  /** What the stand-in does. */
  readonly chosen: string;
  /** Id of the `npm run verify` probe that tests a real gateway. */
  readonly probe?: string;
  /** Why no probe can test it, and what that would require. */
  readonly noProbe?: string;
}

/** Names a choice of a list in the trace, if it made a difference to a request. */
export function remarkChoice(
  trace: Decisions,
  choices: readonly UndocumentedChoice[],
  id: string,
  declaration?: string,
): void {
  const choice = choices.find((each) => each.id === id);
  const settled =
    choice?.probe === undefined
      ? `no probe tests it: ${choice?.noProbe}`
      : `front-door verify tests it: ${choice.probe}`;
  trace.remark("gateway", `not documented (${id}): ${choice?.chosen}; ${settled}`, declaration);
}
