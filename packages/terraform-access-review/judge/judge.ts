import { routeKeys } from "../access/gateway/routes";
import { accessLedger } from "../access/ledger";
import { type AccessChange, type GuardChange, type ResourceChange, type RowChange, rowOf } from "../model/change";
import { factId } from "../model/fact";
import { type AccessRow, calledRoute } from "../model/row";
import type { SynthesizedState } from "../model/state";
import { httpRoutes, restMethods } from "../terraform-json/gateway-routes";
import { publishedBy } from "../terraform-json/invoked";
import { canonical } from "../terraform-json/order";
import { withRestReferences } from "../terraform-json/rest-references";
import { type Attributes, oncePerStack, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { goneFrom } from "../types/named";
import { containerChanges } from "./containers";
import { firewallChanges } from "./firewall";
import { guardChanges, shown } from "./guards";
import { handshakeChange, judgedByAPerson } from "./handshake";
import { identified } from "./hash";
import { withoutImplied } from "./implied";
import { asIfMoved } from "./moves";
import { byRequests, type Side } from "./requests";
import { withStartedRotations } from "./rotation";
import { callersIn, rowChanges } from "./rows";
import { instanceChanges, throttleChanges } from "./throttles";
import { trafficChanges } from "./traffic";
import { unreadChanges } from "./unread";

function sideOf({ stack, policy, isPolicyUnread, envoy }: SynthesizedState): Side {
  return {
    rows: accessLedger(stack, isPolicyUnread ? "not read" : policy, envoy),
    keys: routeKeys(stack),
  };
}

/**
 * Access that is gained or lost between two states, from files or from a plan.
 *
 * @param declared the second stack in the order in which it was synthesized: a revision's name depends on that order
 */
export function accessBetween(
  from: SynthesizedState,
  to: SynthesizedState,
  resources: readonly ResourceChange[],
  declared: StackJson = to.stack,
): AccessChange {
  const after = restated(to);
  const moved = asIfMoved(restated(from), after);
  const { before } = moved;
  const [rowsBefore, rowsAfter] = byRequests(sideOf(before), sideOf(after));
  const changes = rowChanges(
    rowsBefore,
    rowsAfter,
    () => goneFrom(before.stack, after.stack),
    () => goneFrom(after.stack, before.stack),
  );
  const rows = withoutImplied(changes, before, after);
  const unread = unreadChanges(before, after, resources);
  const named = new Set(unread.map(({ address }) => address));
  const access: AccessChange = {
    // A resource that is not read has one row, which its whole content identifies: allowing one does not allow another.
    rows: withCauses(
      rows.filter(({ after: row }) => row === undefined || !isWholeResource(row) || !named.has(row.from.address)),
      [needsOf(before), needsOf(after)],
      [callersIn(rowsBefore), callersIn(rowsAfter)],
    ),
    guards: [
      ...moved.guards,
      ...guardChanges(before.stack, after.stack),
      ...cachedResultChanges(before.stack, after.stack),
      ...trafficChanges(before.stack, declared),
      ...containerChanges(before, after),
      ...firewallChanges(before.stack, after.stack).guards,
      ...throttleChanges(before.stack, after.stack),
      ...instanceChanges(before.stack, after.stack),
      ...unread,
    ],
  };
  const started = withStartedRotations(access, before, after, resources);
  const judged =
    handshakeChange(before, after) === undefined ? started : judgedByAPerson(started, rowsBefore, after.stack);
  return { ...judged, guards: identified(judged.guards, [before, after], { ...after, stack: { ...declared } }) };
}

/** Whether a row only says that a resource is not read. A route's row says who may call it, even if by unknown rules. */
function isWholeResource({ action, resource }: AccessRow): boolean {
  return action.kind === "unknown-grants" && resource.kind !== "envoy";
}

/** So that a host or a function that is named in another form is no change of access. */
function restated(state: SynthesizedState): SynthesizedState {
  return { ...state, stack: restatedStack(state.stack) };
}

/** Once, so that a stack that is compared with several others has one ledger. */
const restatedStack = oncePerStack((stack) => ({ ...stack, ...withFunctions(withRestReferences(stack)) }));

/** The stack with each function in place of the alias that points to its published version. */
function withFunctions(stack: StackJson): StackJson {
  const names = new Map<unknown, string | undefined>();
  for (const alias of resourcesOf(stack, "aws_lambda_alias")) {
    const target = publishedBy(stack, alias)?.address;
    if (target === undefined) continue;
    names
      .set(`\${${alias.address}.invoke_arn}`, `\${${target}.invoke_arn}`)
      .set(`\${${alias.address}.name}`, undefined);
  }
  if (names.size === 0) return stack;
  const resource: Record<string, Readonly<Record<string, Attributes>>> = { ...stack.resource };
  for (const [type, argument] of BY_ALIAS) {
    resource[type] = Object.fromEntries(
      Object.entries(stack.resource[type] ?? {}).map(([name, { [argument]: named, ...rest }]) => {
        const text = names.has(named) ? names.get(named) : named;
        return [name, text === undefined ? rest : { ...rest, [argument]: text }];
      }),
    );
  }
  return { ...stack, resource };
}

const BY_ALIAS = [
  ["aws_api_gateway_authorizer", "authorizer_uri"],
  ["aws_apigatewayv2_authorizer", "authorizer_uri"],
  ["aws_lambda_permission", "qualifier"],
] as const;

/** The requirements of the policy and the gateway for callers of a route, as text. Equal needs have equal texts. */
type Needs = (key: string) => string | undefined;

function needsOf({ stack, policy }: SynthesizedState): Needs {
  const routes = new Map([...httpRoutes(stack), ...restMethods(stack)].map((each) => [each.key, each]));
  return (key) => {
    const found = routes.get(key);
    if (found === undefined) return undefined;
    const { authorization, route } = found;
    const scopes = route.attributes.authorization_scopes ?? null;
    return canonical({ authorization, scopes, policy: policy?.routes[key] ?? null });
  };
}

type Sides<T> = readonly [before: T, after: T];

/** Names the cause of each change that is due to a caller, not to a route. */
function withCauses(
  changes: readonly RowChange[],
  [needed, needs]: Sides<Needs>,
  [called, calls]: Sides<ReadonlySet<number>>,
): readonly RowChange[] {
  return changes.map((change) => {
    const row = rowOf(change);
    if (row.principal.kind === "anyone") return change;
    const key = calledRoute(row);
    const need = key === undefined ? undefined : needed(key);
    const isSame = key === undefined || (need !== undefined && need === needs(key));
    const caller = factId(row.principal);
    if (isSame && called.has(caller) !== calls.has(caller)) return { ...change, cause: "caller" };
    return isSame && key !== undefined ? { ...change, cause: "grant" } : change;
  });
}

/** For each kind of stage, the attribute with the variable that is part of the cache key. */
const VARIABLE = { aws_api_gateway_stage: "variables", aws_apigatewayv2_stage: "stage_variables" } as const;

/**
 * Stages whose cached results outlive a change of the policy. Their variable must be the start of the hash of the archive,
 * which contains code and policy. Any other value stays the same when these change, so that a caller that lost a scope
 * keeps it until the TTL ends.
 */
export function cachedResultChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return Object.entries(VARIABLE).flatMap(([type, variable]) =>
    resourcesOf(after, type).flatMap(({ address, name, attributes }): readonly GuardChange[] => {
      const former = before.resource[type]?.[name];
      const [was, is]: unknown[] = [former, attributes].map((stage) => stage?.[variable]?.policy ?? undefined);
      const [didFit, fits] = [isOfCode(was, before), isOfCode(is, after)];
      if ((was ?? is) === undefined || hashes(after).length === 0 || didFit === fits) return [];
      if (fits && was === undefined) return [];
      const change = { address, guard: `${variable}.policy`, before: shown(was), after: shown(is) };
      return [{ effect: fits ? "narrowed" : "broadened", ...change }];
    }),
  );
}

function isOfCode(value: unknown, stack: StackJson): boolean {
  return hashes(stack).some((hash) => Buffer.from(hash, "base64").toString("hex").slice(0, 16) === value);
}

function hashes(stack: StackJson): readonly string[] {
  return resourcesOf(stack, "aws_lambda_function").map(({ attributes }) => String(attributes.source_code_hash));
}
