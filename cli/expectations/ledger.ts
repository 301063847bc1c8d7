import { policyCallers } from "../../contract/policy-callers";
import { RELEASE_PERMISSIONS } from "../../contract/release";
import { type BoundSegment, mayCall } from "../../contract/route-access";
import { callersOfIntent, changedCallers } from "../../intent/model/declared-callers";
import { ANYONE, type Expectation, GATEWAY } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { callersRole, publicRole, releaseRole, rotationFunction } from "../../intent/model/names";
import { accountOf, withoutPath } from "../../packages/terraform-access-review/access/aws-grants";
import { changedParts, gatewayRoutes, routeKeys } from "../../packages/terraform-access-review/access/gateway/routes";
import { roleArn } from "../../packages/terraform-access-review/access/google-grants";
import { isExact, type Principal } from "../../packages/terraform-access-review/access/grant";
import {
  type Holder,
  holdersOf,
  identityOf,
  type Step,
  type Target,
  unreadOpeners,
} from "../../packages/terraform-access-review/access/may";
import type { Fact } from "../../packages/terraform-access-review/model/fact";
import { type AccessRow, calledRoute } from "../../packages/terraform-access-review/model/row";
import { type RowWords, rowWords, words } from "../../packages/terraform-access-review/render/words";
import { isRunService } from "../../packages/terraform-access-review/terraform-json/existing-service";
import { groupedBy } from "../../packages/terraform-access-review/terraform-json/order";
import {
  type Resource,
  resourcesOf,
  type StackJson,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import { named } from "../../packages/terraform-access-review/types/named";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { type Breach, brokenCalls, type CallAccess } from "./calls";

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
  return withKnownRoles(expectations, intent).flatMap((each) => {
    if (each.action !== "call") return brokenGrants(each, intent, stack);
    const unread = [...unreadOpeners(stack, each.stated), ...changedRoutes(stack)];
    return brokenCalls(each, {
      ...access,
      unread: unread.filter((address) => !each.stated?.grantsNothing.includes(address)),
    });
  });
}

/** Addresses of routes that hand on another call than the authorized one, which may be that of any route. */
function changedRoutes(stack: StackJson): readonly string[] {
  return gatewayRoutes(stack)
    .filter((route) => changedParts(route).length > 0)
    .map(({ from }) => from.address);
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
    const service = isService || resource.kind === "called-service" ? resource.name : undefined;
    const cells = rowWords(row);
    const own = (row.terms?.requires ?? []).flatMap((term) => (term.kind === "own-path" ? [boundSegment(term)] : []));
    return [{ route, principal: nameOf(row, cells), service, own, cells }];
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
  const policy = authorizerPolicy(intent);
  const scopes = new Map(policyCallers(policy).map(({ issuer, id, scopes }) => [`${issuer.id}/${id}`, scopes]));
  return {
    callers: callersOfIntent(intent),
    keys: routeKeys(stack),
    admitted: ({ key, another }) =>
      (grants.get(key) ?? []).flatMap(({ principal, own }) =>
        principal === undefined || own.some(({ segment }) => segment === another) ? [] : [principal],
      ),
    refusal: (caller, { key }) => {
      if (caller === ANYONE) return "authorization-count";
      if (revoked.has(caller)) return "client-revoked";
      const access = policy.routes[key]?.access ?? "public";
      // With the scope, only the path is left to refuse it.
      const hasScope = access !== "public" && mayCall({ scopes: access.scopes }, { scopes: scopes.get(caller) ?? [] });
      return hasScope ? "path-claim" : "scope";
    },
  };
}

/**
 * The breaches of an expectation about secrets or invocations, by the grants of a stack. What is not known counts as
 * access, except for `may`.
 */
export function brokenGrants(expectation: Expectation, intent: Intent, stack: StackJson): readonly Breach[] {
  const { principals, targets, may, only, action, stated } = expectation;
  return targets.flatMap((target) => {
    const resource = resourceOf(intent, stack, action, target);
    const breach = (principal: string, got: Breach["got"], holder?: Holder): Breach => {
      return {
        expectation,
        principal,
        target,
        got,
        ...(resource && { declaration: resource.address }),
        ...(holder && {
          through: chainInWords(holder),
          isUnknown: holder.answer === "unknown",
          from: holder.chain.map(({ grant }) => grant.from),
        }),
      };
    };
    if (resource === undefined) return may ? [breach(principals.join(", "), "missing")] : [];
    const kind: Target["kind"] = action === "invoke" ? "invoke" : "read-secret";
    const rotations = rotationsOf(intent, stack);
    const holders = holdersOf(stack, { kind, resource }, stated).filter(
      ({ principal }) => !rotations.has(idOf(principal)),
    );
    const named = new Map(principals.map((name) => [name, identitiesOf(intent, stack, name, target)]));
    const isNamed = ({ principal }: Holder, name: string) => named.get(name)?.has(idOf(principal)) === true;
    if (!may) {
      return principals.flatMap((name) => {
        const own = holders.find((each) => isNamed(each, name));
        const holder = own ?? holders.find(({ principal }) => !isExact(principal));
        return holder === undefined ? [] : [breach(name, "allowed", holder)];
      });
    }
    const others = holders.filter((holder) => !principals.some((name) => isNamed(holder, name)));
    return [
      ...principals
        .filter((name) => !holders.some((holder) => holder.answer === "yes" && isNamed(holder, name)))
        .map((name) => breach(name, "refused")),
      ...(only ? others.map((holder) => breach(principalInWords(stack, holder.principal), "allowed", holder)) : []),
    ];
  });
}

/** The resource of a target; undefined if the environment does not have it. */
function resourceOf(
  { services, clients }: Intent,
  stack: StackJson,
  action: Expectation["action"],
  target: string,
): Resource | undefined {
  const named = (type: string, argument: string, value: string | undefined) =>
    resourcesOf(stack, type).find(({ attributes }) => value !== undefined && attributes[argument] === value);
  if (action === "invoke") {
    return named("google_cloud_run_v2_service", "name", services.find(({ key }) => key === target)?.name);
  }
  const [, client] = /^clients\/(.+)$/.exec(target) ?? [];
  if (client !== undefined) {
    const [name] = clients.flatMap((each) =>
      each.grant === "client_credentials" && each.key === client ? [each.secretName] : [],
    );
    return named("aws_secretsmanager_secret", "name", name);
  }
  const secret = services.flatMap(({ secrets }) => secrets).find(({ id }) => id === target);
  return named("google_secret_manager_secret", "secret_id", secret?.secretId);
}

/**
 * The identities that a principal of config is. The gateway has an account and a role for each service, and the functions
 * that become that role.
 */
function identitiesOf(intent: Intent, stack: StackJson, name: string, target: string): ReadonlySet<string> {
  if (name === GATEWAY) {
    const service = intent.services.find(({ key }) => key === target)?.name;
    const functions = [callersRole(intent.prefix), publicRole(intent.prefix)];
    return new Set([
      ...identitiesWith(stack, "google_service_account", "account_id", service),
      ...[service, ...functions].map((each) => `aws-role ${roleArn(accountOf(stack), each)}`),
      ...identitiesWith(stack, "aws_lambda_function", "function_name", ...functions),
    ]);
  }
  const [, id] = /^service (.+)$/.exec(name) ?? [];
  if (id !== undefined) {
    const service = intent.services.find(({ key }) => key === id);
    return new Set([
      ...identitiesWith(stack, "google_service_account", "account_id", service?.runtimeName),
      ...identitiesWith(stack, "google_cloud_run_v2_service", "name", service?.name),
    ]);
  }
  const [, account] = /^serviceAccount:(.+)$/.exec(name) ?? [];
  if (account !== undefined) return new Set([`service-account ${account}`]);
  return new Set(
    ["aws-role", "aws-user", "federated", "group", "google-user"].map((kind) => `${kind} ${withoutPath(name)}`),
  );
}

/** The identities that resources of a type are, if an argument has one of these values. */
function identitiesWith(
  stack: StackJson,
  type: string,
  argument: string,
  ...values: readonly unknown[]
): readonly string[] {
  return resourcesOf(stack, type)
    .filter(({ attributes }) => values.includes(attributes[argument]))
    .flatMap((each) => identityOf(stack, each) ?? [])
    .map(idOf);
}

function idOf({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}

/**
 * The functions that rotate clients' secrets read and replace those of their user pool. They belong to the front door, as
 * config declares them; a principal that can become one of them does not.
 */
function rotationsOf({ clients, prefix }: Intent, stack: StackJson): ReadonlySet<string> {
  const names = clients.flatMap((client) =>
    client.grant === "client_credentials" && client.rotateEveryDays !== undefined
      ? [rotationFunction(prefix, client.id)]
      : [],
  );
  return new Set([
    ...names.map((name) => `aws-role ${roleArn(accountOf(stack), name)}`),
    ...identitiesWith(stack, "aws_lambda_function", "function_name", ...names),
  ]);
}

/** A principal as the access ledger names it. */
function principalInWords(stack: StackJson, { id }: Principal): string {
  const found = resourcesOf(stack, ...IDENTITIES).find((each) => identityOf(stack, each)?.id === id);
  return found === undefined ? id : words(named(found));
}

const IDENTITIES = ["google_service_account", "aws_iam_role", "aws_lambda_function", "google_cloud_run_v2_service"];

/** The grants that lead a holder to a target: `google_project_iam_member.ops (roles/owner)`. */
function chainInWords({ chain }: Holder): string {
  return chain.map(stepInWords).join(", then ");
}

function stepInWords({ grant: { from, action }, by }: Step): string {
  const { address, argument } = from;
  if (action.kind === "role")
    return `${address} (${action.role}${by === undefined ? ", whose permissions are not known" : ""})`;
  if (action.kind === "policy")
    return `${address} (${action.arn}${by === undefined ? ", whose actions are not known" : ""})`;
  if (action.kind === "holds") return argument === "" ? `${address} (not read)` : `${address}.${argument}`;
  return `${address} (${action.kind === "runs-as" ? "runs as it" : by})`;
}
