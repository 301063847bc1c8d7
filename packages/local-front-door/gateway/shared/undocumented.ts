import type { Decisions } from "../../trace/trace";

/**
 * Behaviour that AWS does not document. The stand-in always chooses what is worse for the stack.
 */
export interface UndocumentedChoice {
  readonly id: string;
  /** What the stand-in does. */
  readonly chosen: string;
}

/** Names a choice of a list in the trace, if it made a difference to a request. */
export function remarkChoice(
  trace: Decisions,
  choices: readonly UndocumentedChoice[],
  id: string,
  declaration?: string,
): void {
  const { chosen } = choices.find((each) => each.id === id) ?? {};
  trace.remark("gateway", `not documented (${id}): ${chosen}`, declaration);
}
