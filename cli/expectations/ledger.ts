import { RELEASE_PERMISSIONS } from "../../contract/release";
import type { BoundSegment } from "../../contract/route-access";
import { callersOfIntent, changedCallers } from "../../intent/model/declared-callers";
import { ANYONE, type Expectation } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { releaseRole } from "../../intent/model/names";
import { routeKeys } from "../../packages/terraform-access-review/access/gateway/routes";
import { unreadOpeners } from "../../packages/terraform-access-review/access/may";
import type { Fact } from "../../packages/terraform-access-review/model/fact";
import { type AccessRow, calledRoute } from "../../packages/terraform-access-review/model/row";
import { type RowWords, rowWords } from "../../packages/terraform-access-review/render/words";
import { isRunService } from "../../packages/terraform-access-review/terraform-json/existing-service";
import { groupedBy } from "../../packages/terraform-access-review/terraform-json/order";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type Breach, brokenCalls, type CallAccess } from "./calls";
import { brokenGrants } from "./grants";

/**
 * The breaches of the expectations by a stack and its ledger; none if it meets them all.
 *
 * @param base for an unreviewed branch: the config that the expectations were written for. Who its callers are counts, too
 */
export function breaches(
  expectations: readonly Expectation[],
  intent: Intent,
  stack: StackJson,
  rows: readonly AccessRow[],
  base?: Intent,
): readonly Breach[] {
  const known = base && { base: callersOfIntent(base), changed: changedCallers(intent, base) };
  const access = { ...callAccess(intent, stack, rows), ...known };
  return withKnownRoles(expectations, intent).flatMap((each) =>
    each.action === "call"
      ? brokenCalls(each, { ...access, unread: unreadOpeners(stack, each.stated) })
      : brokenGrants(each, intent, stack),
  );
}

/** The bootstrap declares the role of releases, so no environment's stack has its permissions. */
function withKnownRoles(expectations: readonly Expectation[], intent: Intent): readonly Expectation[] {
  if (intent.services.every(({ release }) => release === undefined)) return expectations;
  const known = { [releaseRole(intent)]: RELEASE_PERMISSIONS };
  return expectations.map(({ stated, ...each }) => ({
    ...each,
    stated: { grantsNothing: [], ...stated, roles: { ...known, ...stated?.roles } },
  }));
}

/** A call that a ledger lets a principal make. */
export interface RouteGrant {
  /** Route key: `GET /orders/{id}`. */
  readonly route: string;
  /** The caller's name, `anyone`, or the words for a principal that is no declared caller. Undefined: no caller. */
  readonly principal: string | undefined;
  /** Name of the Cloud Run service that the call reaches; undefined for any other target. */
  readonly service: string | undefined;
  /** Segments of the path that must be the caller's own. */
  readonly own: readonly BoundSegment[];
  /** The cells of its row. */
  readonly cells: RowWords;
}

/** The calls in a ledger. A row that denies removes none, because it may be too narrow. */
export function routeGrantsIn(rows: readonly AccessRow[]): readonly RouteGrant[] {
  return rows.flatMap((row) => {
    const route = calledRoute(row);
    if (route === undefined) return [];
    const { resource } = row;
    const isService = resource.kind === "resource" && isRunService(resource.type);
    const cells = rowWords(row);
    const own = (row.terms?.requires ?? []).flatMap((term) => (term.kind === "own-path" ? [boundSegment(term)] : []));
    return [{ route, principal: nameOf(row, cells), service: isService ? resource.name : undefined, own, cells }];
  });
}

function boundSegment({ segment, claim, list }: Fact<"own-path">): BoundSegment {
  return { segment, claim, ...(list && { list }) };
}

function nameOf({ principal }: AccessRow, cells: RowWords): string | undefined {
  if (principal.kind === "no-caller") return undefined;
  if (principal.kind === "anyone") return ANYONE;
  return principal.kind === "caller" ? principal.name : cells.principal;
}

/** The principals that a ledger admits, by route. */
export function admittedIn(rows: readonly AccessRow[]): ReadonlyMap<string, readonly string[]> {
  const admitted = new Map<string, string[]>();
  for (const { route, principal } of routeGrantsIn(rows)) {
    const names = admitted.get(route) ?? [];
    admitted.set(route, names);
    if (principal !== undefined && !names.includes(principal)) names.push(principal);
  }
  return admitted;
}

/** Who may call which route, by the ledger's rows. */
function callAccess(intent: Intent, stack: StackJson, rows: readonly AccessRow[]): CallAccess {
  const grants = groupedBy(routeGrantsIn(rows), ({ route }) => route);
  const revoked = new Set(
    rows.flatMap(({ action, principal }) =>
      action.kind === "any-call" && principal.kind === "caller" ? [principal.name] : [],
    ),
  );
  return {
    callers: callersOfIntent(intent),
    keys: routeKeys(stack),
    admitted: ({ key, another }) =>
      (grants.get(key) ?? []).flatMap(({ principal, own }) =>
        principal === undefined || own.some(({ segment }) => segment === another) ? [] : [principal],
      ),
    refusal: (caller, { key, another }) => {
      if (caller === ANYONE) return "authorization-count";
      if (revoked.has(caller)) return "client-revoked";
      const isOwnOnly = another !== undefined && grants.get(key)?.some(({ principal }) => principal === caller);
      return isOwnOnly ? "path-claim" : "scope";
    },
  };
}
