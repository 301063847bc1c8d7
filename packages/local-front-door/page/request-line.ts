import { printable } from "../trace/printable";
import type { SeenRequest } from "../trace/request-log";
import { withheld } from "../trace/withheld";
import { type Explaining, explanationOf } from "./headline";
import { callerName } from "./views";

/** Longest text of a column, in characters, so that callers cannot make a line arbitrarily long. */
const LONGEST = { method: 20, path: 100, caller: 80, reason: 200 } as const;

/**
 * One line of a terminal for an answered request: time, method, path, caller, status, reason, milliseconds. It contains
 * no token and no query. It contains no character that moves a terminal's cursor or changes the direction of text.
 */
export function requestLine(request: SeenRequest, explaining: Explaining): string {
  const { startedAt, method, path, answer } = request;
  const { because, caller, place } = explanationOf(request, explaining);
  const reason = [because, caller, place].filter(Boolean).join("; ");
  return [
    new Date(startedAt).toTimeString().slice(0, 8),
    column(method, LONGEST.method),
    column(path, LONGEST.path),
    column(callerName(request, explaining) ?? "unknown", LONGEST.caller),
    String(answer?.status ?? "-"),
    column(reason, LONGEST.reason),
    `${Math.round(answer?.milliseconds ?? 0)} ms`,
  ].join("  ");
}

function column(text: string, longest: number): string {
  const plain = printable(String(withheld(text)));
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`;
}

/**
 * One line about the resources that nothing plays; the page lists them.
 *
 * @param addresses those that only a project itself declares come first
 */
export function notSimulatedInWords(addresses: readonly string[]): string {
  const [first] = addresses;
  if (first === undefined) return "every resource of the stack is simulated";
  const count = addresses.length === 1 ? "1 resource" : `${addresses.length} resources`;
  return `not simulated: ${count} on which no request depends, such as ${first} (the page lists them)`;
}
