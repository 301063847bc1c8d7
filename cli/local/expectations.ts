import { callersOfIntent } from "../../intent/model/declared-callers";
import { ANYONE, sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { brokenCalls, type CallAccess, gotOf } from "../expectations/calls";
import { type Cell, NO_TOKEN, passed } from "./matrix";

type Expecting = Pick<Intent, "clients" | "expectations" | "issuers">;

/** The expectations about calls that the door's answers break, one sentence each. */
export function brokenInMatrix(intent: Expecting, cells: readonly Cell[]): readonly string[] {
  const tried = new Set(cells.map(({ caller }) => (caller === NO_TOKEN ? ANYONE : caller)));
  const access = accessOf(
    cells,
    callersOfIntent(intent).filter(({ name }) => tried.has(name)),
  );
  return intent.expectations
    .filter(({ action }) => action === "call")
    .flatMap((each) => brokenCalls(each, access))
    .filter(({ principal, got }) => got === "missing" || tried.has(principal))
    .map((breach) => {
      const { place } = breach.expectation;
      return `got ${gotOf(breach)}, expected: ${sentence(breach.expectation)} (${place.file}:${place.line})`;
    });
}

/** The access that the answers show. A 401 means that a token was missing; a 403 does not give its reason. */
function accessOf(cells: readonly Cell[], callers: CallAccess["callers"]): CallAccess {
  const admitted = new Map<string, string[]>();
  for (const cell of cells) {
    const names = admitted.get(cell.route) ?? [];
    admitted.set(cell.route, names);
    if (passed(cell)) names.push(cell.caller === NO_TOKEN ? ANYONE : cell.caller);
  }
  const status = new Map(cells.map((cell) => [`${cell.caller}\n${cell.route}`, cell.status]));
  return {
    callers,
    routes: [...admitted.keys()],
    admitted: (route) => admitted.get(route) ?? [],
    refusal: (caller, route) =>
      caller === ANYONE && status.get(`${NO_TOKEN}\n${route}`) === 401 ? "authorization-count" : undefined,
  };
}
