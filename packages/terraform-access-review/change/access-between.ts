import { accessLedger } from "../access/ledger";
import { NOT_READ } from "../access/unread-rows";
import type { AccessChange, ResourceChange } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { httpRoutes, isPreflight, restMethods } from "../terraform-json/gateway-routes";
import type { StackJson } from "../terraform-json/stack-json";
import { goneFrom } from "../types/words";
import { rowChanges } from "./access-change";
import { cachedResultChanges } from "./cached-results";
import { needsOf, withCauses } from "./causes";
import { containerChanges } from "./containers";
import { guardChanges } from "./guards";
import { byRequests, type Side } from "./requests";
import { throttleChanges } from "./throttles";
import { trafficChanges } from "./traffic";
import { unreadChanges } from "./unread";

function sideOf({ stack, policy, isPolicyUnread }: SynthesizedState): Side {
  const keys = (routes: readonly { readonly key: string }[]) => routes.map(({ key }) => key);
  return {
    rows: accessLedger(stack, isPolicyUnread ? "not read" : policy),
    keys: { http: keys(httpRoutes(stack)), rest: keys(restMethods(stack).filter((each) => !isPreflight(each))) },
  };
}

/**
 * Access that is gained or lost between two states, whether they come from files or from a plan.
 *
 * @param declared the second stack as it was synthesized, in whose order a revision's name was made
 */
export function accessBetween(
  before: SynthesizedState,
  after: SynthesizedState,
  resources: readonly ResourceChange[],
  declared: StackJson = after.stack,
): AccessChange {
  const [rowsBefore, rowsAfter] = byRequests(sideOf(before), sideOf(after));
  const rows = rowChanges(rowsBefore, rowsAfter, () => goneFrom(before.stack, after.stack));
  const unread = unreadChanges(before, after, resources);
  const named = new Set(unread.map(({ address }) => address));
  return {
    // What is not read is named once, by all that it is: to allow one is not to allow another.
    rows: withCauses(
      rows.filter(({ after: row }) => row?.principal !== NOT_READ || !named.has(row.resource)),
      { needs: [needsOf(before), needsOf(after)], rows: [rowsBefore, rowsAfter] },
    ),
    guards: [
      ...guardChanges(before.stack, after.stack),
      ...cachedResultChanges(before.stack, after.stack),
      ...trafficChanges(before.stack, declared),
      ...containerChanges(before.stack, after.stack),
      ...throttleChanges(before.stack, after.stack),
      ...unread,
    ],
  };
}
