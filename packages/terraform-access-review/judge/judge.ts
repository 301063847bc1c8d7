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
import {
  type Attributes,
  blocksOf,
  listOf,
  oncePerStack,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { goneFrom, named, ownRole, plain } from "../types/named";
import { containerChanges } from "./containers";
import { firewallChanges } from "./firewall";
import { guardChanges, instanceChanges, shown, throttleChanges } from "./guards";
import { handshakeChange, judgedByAPerson } from "./handshake";
import { identified } from "./hash";
import { asIfMoved } from "./moves";
import { byRequests, type Side } from "./requests";
import { withStartedRotations } from "./rotation";
import { callersIn, rowChanges } from "./rows";
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

/** The changes of rows without those that say nothing new. */
function withoutImplied(
  changes: readonly RowChange[],
  before: SynthesizedState,
  after: SynthesizedState,
): readonly RowChange[] {
  // All of a first deploy is new.
  if (Object.keys(before.stack.resource).length === 0) return changes;
  const hops = hopsOf(changes, after);
  const firsts = firstPolicies(before.stack, after.stack);
  return changes.filter(({ before: was, after: is }) => {
    if (was !== undefined || is === undefined) return true;
    return !(is.effect === "allow" && firsts.has(is.from.address)) && !hops.has(hopIn(is) ?? "");
  });
}

/**
 * What follows from a call that is gained: the function that decides on it may now become the role that calls its service.
 * If the function's code is the program's own, it does so for calls that its policy admits, and those are rows.
 */
function hopsOf(changes: readonly RowChange[], { stack, policy, isOwnCode }: SynthesizedState): ReadonlySet<string> {
  if (!isOwnCode || policy === undefined) return new Set();
  const functions = new Map(
    resourcesOf(stack, "aws_lambda_function").map(({ attributes }) => [
      String(attributes.function_name),
      referred(stack, attributes.role),
    ]),
  );
  const hops = changes.flatMap(({ effect, before, after }) => {
    const isGained = effect === "broadened" && before === undefined && after !== undefined;
    const key = isGained ? calledRoute(after) : undefined;
    const from = functions.get(after?.decision?.by ?? "");
    const service = policy.services[policy.routes[key ?? ""]?.service ?? ""];
    const to = service && ownRole(stack, plain(service.role));
    return from === undefined || to?.kind !== "resource" ? [] : [hopOf(named(from).name, to.name)];
  });
  return new Set(hops);
}

/** The two roles of a row by which one may become the other. */
function hopIn({ principal, action, resource }: AccessRow): string | undefined {
  const isHop = action.kind === "aws-actions" && !action.not && action.actions.join() === "sts:AssumeRole";
  if (!isHop || principal.kind !== "resource" || resource.kind !== "resource") return undefined;
  const areRoles = [principal, resource].every(({ type }) => type === "aws_iam_role");
  return areRoles ? hopOf(principal.name, resource.name) : undefined;
}

function hopOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

const POLICY = "aws_api_gateway_rest_api_policy";

/**
 * The first resource policies of REST APIs that had none, and so admitted every network and principal. A policy that allows
 * may admit more if IAM decides on a method, or to an API that refuses every caller without one.
 */
function firstPolicies(before: StackJson, after: StackJson): ReadonlySet<string> {
  const apisWith = (stack: StackJson) => resourcesOf(stack, POLICY).map(({ attributes }) => attributes.rest_api_id);
  const byIam = resourcesOf(after, "aws_api_gateway_method")
    .filter(({ attributes }) => attributes.authorization === "AWS_IAM")
    .map(({ attributes }) => referred(after, attributes.rest_api_id)?.address);
  const had = apisWith(before);
  const firsts = resourcesOf(after, POLICY).filter(({ attributes: { rest_api_id } }) => {
    const api = referred(after, rest_api_id);
    const was = api && before.resource[api.type]?.[api.name];
    return (
      was !== undefined &&
      isOpen(was) &&
      !had.includes(rest_api_id) &&
      byIam.every((each) => each !== undefined && each !== api?.address)
    );
  });
  return new Set(firsts.map(({ address }) => address));
}

/** Whether an API without a resource of type `aws_api_gateway_rest_api_policy` admits every network. A private one does not. */
function isOpen({ body, endpoint_configuration, policy }: Attributes): boolean {
  const types = blocksOf(endpoint_configuration).flatMap((each) => listOf(each.types));
  return body === undefined && policy === undefined && types.every((type) => type === "REGIONAL" || type === "EDGE");
}
