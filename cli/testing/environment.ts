import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { absentClaims } from "../../contract/identity-providers";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import { ANYONE } from "../../intent/model/expectation";
import { callersOf } from "../../packages/terraform-access-review/access/callers";
import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import { isDecidedByFunctions } from "../../packages/terraform-access-review/model/state";
import { hasEnvoy } from "../../packages/terraform-access-review/terraform-json/envoy-container";
import { admittedIn, type RouteGrant, routeGrantsIn } from "../expectations/ledger";
import { SYNTHESIZED, shownPath } from "../process/project";
import { type Call, decisionsOf } from "./authorizer";

/** Who may call which route of one synthesized environment. */
export interface TestedEnvironment {
  readonly name: string;
  /** Names of all callers, as in `access.md`, and `anyone`. */
  readonly callers: readonly string[];
  /** By route, the callers that it lets pass. `anyone` stands for all of them. */
  readonly access: Readonly<Record<string, readonly string[]>>;
  /** Why a route refuses a caller, as the authorizer logs it. Undefined if it lets the caller pass. */
  readonly reason: (caller: string, route: string) => string | undefined;
  /** Routes that refuse a path that is another caller's. */
  readonly ownPaths: readonly string[];
  /** The file that lists all of this for people, relative to the current folder. */
  readonly ledger: string;
}

/**
 * Reads `synthesized/<name>/`, and lets the built authorizer decide on every call of every caller. Needs no network and
 * opens no socket. With `handshake: shared-issuer` there is no authorizer function, so the rows of the access ledger
 * count: Envoy's policy, if its configuration is exactly what that policy compiles to.
 *
 * @param synthesized folder of the synthesis; default: that of the project
 * @throws Error if the environment is not synthesized, or if the authorizer contradicts the access ledger
 */
export async function environment(name: string, synthesized = SYNTHESIZED): Promise<TestedEnvironment> {
  const read = (file: string) => readSynthesized(synthesized, name, file);
  const stack = { provider: {}, resource: {}, ...read("main.tf.json") };
  const policy: AuthorizerPolicy | undefined = isDecidedByFunctions(stack) ? read(POLICY_FILE) : undefined;
  const envoy = hasEnvoy(stack) ? read(ENVOY_POLICY_FILE) : undefined;
  const rows = accessLedger(stack, policy, envoy);
  const ledger = admittedIn(rows);
  const grants = routeGrantsIn(rows);
  const routes = [...ledger.keys()].sort();
  const known = policy === undefined ? [...ledger.values()].flat() : callersOf(stack, policy).map((each) => each.name);
  const callers = [...new Set([ANYONE, ...known])].sort();
  const allowed = (caller: string, route: string) => {
    const admitted = ledger.get(route) ?? [];
    return admitted.includes(ANYONE) || admitted.includes(caller);
  };
  const reasons = new Map<string, string>();
  const calls = routes.flatMap((route) => callers.map((caller) => ({ route, caller })));
  for (const { caller, route } of calls.filter((call) => !allowed(call.caller, call.route))) {
    reasons.set(keyOf(caller, route), caller === ANYONE ? NO_TOKEN : "scope");
  }
  if (policy !== undefined) {
    const own = calls.filter(({ caller, route }) => caller !== ANYONE || policy.routes[route]?.access === "public");
    const asked: readonly Call[] = [...own, ...grants.flatMap(othersOf)];
    const decisions = await decisionsOf(stack, policy, asked);
    for (const [index, call] of asked.entries()) {
      const { decision, reason } = decisions[index] ?? { decision: "unavailable" };
      const isAllowed = call.another === undefined && allowed(call.caller, call.route);
      if ((decision === "allowed") !== isAllowed) throw contradiction(name, call, reason, absentIn(policy));
      if (reason !== undefined && call.another === undefined) reasons.set(keyOf(call.caller, call.route), reason);
    }
  }
  const access = routes.map((route): [string, readonly string[]] => [
    route,
    allowed(ANYONE, route) ? [ANYONE] : callers.filter((caller) => allowed(caller, route)),
  ]);
  return {
    name,
    callers,
    access: Object.fromEntries(access),
    ownPaths: routes.filter((route) => {
      const rows = grants.filter((grant) => grant.route === route && grant.principal !== undefined);
      return rows.length > 0 && rows.every(({ own }) => own.length > 0);
    }),
    reason: (caller, route) => reasons.get(keyOf(caller, route)),
    ledger: shownPath(join(synthesized, name, "access.md"), process.cwd()),
  };
}

/** The gateway refuses such a call itself, without calling the function. */
const NO_TOKEN = "authorization-count";

function keyOf(caller: string, route: string): string {
  return `${caller}\n${route}`;
}

/** Why no token of a provider has what the policy reads. The issuers here write what a known provider writes. */
function absentIn({ issuers }: AuthorizerPolicy): readonly string[] {
  return issuers.flatMap((issuer) => {
    if (issuer.kind !== "oidc" || issuer.grants !== "token") return [];
    return absentClaims(issuer).map(({ provider, key, claim, sent }) => {
      return `tokens of ${provider.name} have no claim ${claim}: write issuers.${issuer.id}.${key}: ${sent}`;
    });
  });
}

/** Calls under paths of another caller, one for each segment that the route compares. */
function othersOf({ route, principal, own }: RouteGrant): readonly Call[] {
  return principal === undefined ? [] : own.map(({ segment }) => ({ route, caller: principal, another: segment }));
}

function contradiction(
  name: string,
  { caller, route, another }: Call,
  reason: string | undefined,
  causes: readonly string[],
): Error {
  const remedies = causes.length > 0 ? causes : ["synthesize again: npm run synth"];
  const decided = reason === undefined ? "allows" : `refuses (${reason})`;
  return new Error(
    `${name}: the built authorizer ${decided} ${caller} at ${route}${another === undefined ? "" : " under another caller's path"}, but synthesized/${name}/access.md does not\n` +
      remedies.map((each) => `    ${each}`).join("\n"),
  );
}

function readSynthesized(folder: string, name: string, file: string) {
  const path = join(folder, name, file);
  if (!existsSync(path)) throw new Error(`synthesized/${name}/${file} is not there\n    write it with: npm run synth`);
  return JSON.parse(readFileSync(path, "utf8"));
}
