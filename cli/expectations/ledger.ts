import { callersOfIntent } from "../../intent/model/declared-callers";
import { ANYONE, type Expectation, GATEWAY } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { isCall } from "../../packages/terraform-access-review/change/access-change";
import { type AccessRow, NO_CALLER } from "../../packages/terraform-access-review/model/row";
import { type Breach, brokenCalls, type CallAccess } from "./calls";

/** The breaches of the expectations by a stack's ledger; none if it meets them all. */
export function breaches(
  expectations: readonly Expectation[],
  intent: Intent,
  rows: readonly AccessRow[],
): readonly Breach[] {
  const access = callAccess(intent, rows);
  return expectations.flatMap((each) =>
    each.action === "call" ? brokenCalls(each, access) : brokenGrants(each, intent, rows),
  );
}

/** The principals that a ledger admits, by route. A row that denies removes none, because main.ts can add such rows. */
export function admittedIn(rows: readonly AccessRow[]): ReadonlyMap<string, readonly string[]> {
  const admitted = new Map<string, string[]>();
  for (const { principal, permission } of rows.filter((row) => isCall(row.permission))) {
    const names = admitted.get(permission) ?? [];
    admitted.set(permission, names);
    if (principal !== NO_CALLER && !names.includes(principal)) names.push(principal);
  }
  return admitted;
}

/** Who may call which route, by the ledger's rows. */
function callAccess(intent: Intent, rows: readonly AccessRow[]): CallAccess {
  const admitted = admittedIn(rows);
  const denied = rows.filter(({ permission }) => permission === "DENY any call");
  const revoked = new Set(denied.map(({ principal }) => principal));
  return {
    callers: callersOfIntent(intent),
    routes: [...admitted.keys()],
    admitted: (route) => admitted.get(route) ?? [],
    refusal: (caller) => (caller === ANYONE ? "authorization-count" : revoked.has(caller) ? "client-revoked" : "scope"),
  };
}

function brokenGrants(expectation: Expectation, intent: Intent, rows: readonly AccessRow[]): readonly Breach[] {
  const { principals, targets, may, only, action } = expectation;
  return targets.flatMap((target) => {
    const resource = resourceOf(intent, action, target);
    const breach = (principal: string, got: Breach["got"]): Breach => ({ expectation, principal, target, got });
    if (resource === undefined) return may ? [breach(principals.join(", "), "missing")] : [];
    const holders = rows.filter((row) => gives(row, action, resource)).map(({ principal }) => principal);
    const named = principals.map((principal) => ({ principal, name: rowName(intent, principal, target) }));
    const others = holders.filter((holder) => !named.some(({ name }) => name === holder));
    if (!may) {
      const allowed = named.filter(({ name }) => holders.some((holder) => holder === name || ANY.test(holder)));
      return allowed.map(({ principal }) => breach(principal, "allowed"));
    }
    return [
      ...named.filter(({ name }) => !holders.includes(name)).map(({ principal }) => breach(principal, "refused")),
      ...(only ? [...new Set(others)].map((holder) => breach(holder, "allowed")) : []),
    ];
  });
}

/** The resource under its name in the ledger; undefined if the environment does not have it. */
function resourceOf(intent: Intent, action: Expectation["action"], target: string): string | undefined {
  const service = intent.services.find(({ key }) => key === target);
  if (action === "invoke") return service && `service ${service.name}`;
  const [, client] = /^clients\/(.+)$/.exec(target) ?? [];
  if (client !== undefined) {
    const found = intent.clients.find((each) => each.grant === "client_credentials" && each.key === client);
    return found?.grant === "client_credentials" ? `AWS secret ${found.secretName}` : undefined;
  }
  const secret = intent.services.flatMap(({ secrets }) => secrets).find(({ id }) => id === target);
  return secret && `Google secret ${secret.secretId}`;
}

/** A principal of config under its name in the ledger. The gateway has an account for each service. */
function rowName({ services }: Intent, principal: string, target: string): string {
  if (principal === GATEWAY) {
    return `service account ${services.find(({ key }) => key === target)?.name ?? "of the gateway"}`;
  }
  const [, id] = /^service (.+)$/.exec(principal) ?? [];
  return id === undefined ? principal : `service account ${services.find(({ key }) => key === id)?.runtimeName ?? id}`;
}

/** Principals of the ledger that stand for all, or for some that are not known. */
const ANY = /^(any|NOT READ)/i;

/** Permissions on a secret or a service that neither read its value nor invoke it. */
const HARMLESS: Readonly<Record<"readSecrets" | "invoke", RegExp>> = {
  readSecrets: /^roles\/secretmanager\.(secretVersionAdder|secretVersionManager|viewer)$/,
  invoke: /^(roles\/run\.viewer|run as)$/,
};

/** Permissions that allow the action on everything in a larger unit: a project, a folder, all secrets of an account. */
const SWEEPING: Readonly<Record<"readSecrets" | "invoke", RegExp>> = {
  readSecrets:
    /roles\/(owner|editor|secretmanager\.(admin|secretAccessor))|secretmanager\.versions\.access|secretsmanager:(\*|GetSecretValue|BatchGetSecretValue)|^\*/,
  invoke: /roles\/(owner|editor|run\.(admin|developer|invoker|servicesInvoker))|run\.routes\.invoke|^\*/,
};

/** Resources that hold neither secrets nor services. */
const SINGLE = /^(Google secret|AWS secret|service|service account|function|role|log view|topic) /;

/** The principal of the row about the check itself. The rows of `roles/run.invoker` are the grants. */
const CHECK = "principals with roles/run.invoker";

/** Whether a row lets its principal do the action. Every permission counts that is not known to be harmless. */
function gives(row: AccessRow, action: Expectation["action"], resource: string): boolean {
  if (action === "call" || row.principal === CHECK || isCall(row.permission)) return false;
  if (row.permission.startsWith("DENY ")) return false;
  if (row.resource === resource) return !HARMLESS[action].test(row.permission);
  return !SINGLE.test(row.resource) && SWEEPING[action].test(row.permission);
}
