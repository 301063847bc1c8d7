import type { AuthorizerPolicy, PolicyRoute } from "../../contract/policy-file";
import { mayCall as opens } from "../../contract/route-access";
import type { Caller } from "../../functions/authorizer/request/outcome";
import { isAwsIamToken } from "../../functions/authorizer/token/aws-iam/signed-identity";
import { explanationOf } from "../explain/explanation";
import { usageError } from "../process/command-error";
import type { Deployment } from "./deployment";

/** The value of every variable in a route. No resource is likely to have this name, and a 404 of the service will do. */
export const SAMPLE = "front-door-probe";

/** A GET route of the policy, with a path that calls it. */
export interface ProbeRoute extends PolicyRoute {
  /** `GET /orders/{id}`. */
  readonly key: string;
  /** `/orders/front-door-probe`. */
  readonly path: string;
}

/**
 * The GET routes, best first for a probe that needs only one: public before scoped, literal before variable, and a
 * variable of one segment before a greedy one.
 */
export function probeRoutes(policy: AuthorizerPolicy): readonly ProbeRoute[] {
  const rank = ({ key, access }: ProbeRoute) =>
    (access === "public" ? 0 : 3) + (key.includes("{") ? 1 : 0) + (key.endsWith("+}") ? 1 : 0);
  return Object.entries(policy.routes)
    .map(([key, route]) => ({ key, path: pathOf(key).replace(/\{[^}]+\}/g, SAMPLE), ...route }))
    .filter(({ key }) => key.startsWith("GET "))
    .sort((one, other) => rank(one) - rank(other));
}

export function pathOf(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(" ") + 1);
}

export function isPublic({ access }: PolicyRoute): boolean {
  return access === "public";
}

/** Whether the caller's scopes open the route with the sample path. False for a public route, which needs no scope. */
export function mayCall(caller: Caller | undefined, route: PolicyRoute): boolean {
  const { access } = route;
  return access !== "public" && opens(access, { scopes: caller?.scopes ?? [] });
}

/** Environment variables that may hold a caller's token. Never arguments, because other processes can read those. */
const TOKENS = ["CALLER_TOKEN", "OTHER_CALLER_TOKEN"] as const;

export type Tokens = Readonly<Partial<Record<(typeof TOKENS)[number], string>>>;

/** The callers that the authorizer should see in the given tokens. */
export type Callers = Readonly<Partial<Record<keyof Tokens, Caller>>>;

/** Removes the tokens from the environment, so that no child process inherits them. */
export function takeTokens(environment: NodeJS.ProcessEnv): Tokens {
  const tokens: Record<string, string> = {};
  for (const name of TOKENS) {
    const value = environment[name]?.trim();
    delete environment[name];
    if (value) tokens[name] = value;
  }
  return tokens;
}

/**
 * The caller that the authorizer will see in each token, by its own rules. Signatures are not checked here. A token
 * that the authorizer must refuse ends the run, before a probe could blame the front door.
 */
export async function expectedCallers(
  tokens: Tokens,
  { policy, variables }: Pick<Deployment, "policy" | "variables">,
): Promise<Callers> {
  const callers: Record<string, Caller> = {};
  for (const [name, token] of Object.entries(tokens)) {
    if (isAwsIamToken(token)) {
      const why = "it is an AWS IAM token, and only AWS STS can identify its caller";
      throw usageError(`${name}: ${why}`, "set a token of a cognito or oidc issuer");
    }
    const knowledge = { policy, variables, now: Date.now() / 1000, signatureOf: async () => "unchecked" as const };
    const { caller, refusal } = await explanationOf(token, knowledge);
    if (caller === undefined) {
      throw usageError(
        `${name}: the authorizer would refuse this token: ${refusal}`,
        "get a new one; npm run explain says more",
      );
    }
    callers[name] = caller;
  }
  return callers;
}
