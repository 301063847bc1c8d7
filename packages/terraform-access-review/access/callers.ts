import { policyCallers, routesOpenTo } from "../../../contract/policy-callers";
import type { AccessPolicy, PolicyIssuer } from "../../../contract/policy-file";
import { placeOf, policyPlace } from "../model/place";
import type { AccessRow } from "../model/row";
import { issuableScopes } from "../terraform-json/app-client-scopes";
import { referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";

/** An external caller, with the scopes that both the issuer and the policy grant. */
export interface Caller {
  /**
   * `<issuer>/<client>` or `<issuer>/<exact subject>` of the config, or `<issuer>/<client id>` with `grants: token`.
   */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly kind?: "agent" | undefined;
  /** IAM's unique id, if only the principal with it is this caller. */
  readonly uniqueId?: string | undefined;
  /** Claims of its tokens that a route may compare with its path. */
  readonly pathClaims?: readonly string[] | undefined;
}

export function callersOf(stack: StackJson, policy: AccessPolicy): readonly Caller[] {
  return policy.issuers.flatMap((issuer) =>
    issuer.kind === "cognito"
      ? cognitoCallers(stack, issuer)
      : policyCallers({ issuers: [issuer] }).map(({ id, scopes, kind, uniqueId, pathClaims }) => ({
          name: `${issuer.id}/${id}`,
          scopes,
          kind,
          uniqueId,
          pathClaims,
        })),
  );
}

/** The issuer URL of a user pool that another stack declares. */
const SHARED_POOL = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/[\w-]+$/;

/**
 * A scope counts if the pool grants it to the app client, the token carries it, and the policy grants it. What a pool of
 * another stack grants is not known here, so all that the policy grants counts.
 */
function cognitoCallers(stack: StackJson, issuer: PolicyIssuer & { kind: "cognito" }): readonly Caller[] {
  const variables = stack.resource.aws_lambda_function?.callers?.environment?.variables ?? {};
  // A pool's URL, as its tokens have it.
  const pool = referred(stack, String(variables[issuer.issuerFrom]).replace(/^https:\/\//, ""));
  const isElsewhere = SHARED_POOL.test(String(variables[issuer.issuerFrom]));
  return issuer.clients.flatMap(({ id, clientIdFrom, scopes, kind }) => {
    if (isElsewhere) return [{ name: `${issuer.id}/${id}`, scopes, kind, pathClaims: issuer.pathClaims }];
    const client = referred(stack, variables[clientIdFrom]);
    if (client === undefined || pool === undefined) return [];
    const given = issuableScopes(stack, client);
    const fits = referred(stack, client.attributes.user_pool_id)?.address === pool.address;
    if (!fits) return [];
    const own = scopes.filter((scope) => given.includes(scope));
    return [{ name: `${issuer.id}/${id}`, scopes: own, kind, pathClaims: issuer.pathClaims }];
  });
}

/** Methods that RFC 9110 calls safe: they only read. */
const SAFE = /^(GET|HEAD|OPTIONS) /;

/** Denials for agents: an agent only reads, unless config allows it to write. */
export function agentRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return callersOf(stack, policy).flatMap((caller): readonly AccessRow[] => {
    const { name, kind } = caller;
    if (kind !== "agent") return [];
    if (routesOpenTo(caller, policy).some((key) => !SAFE.test(key))) return [];
    return [
      {
        effect: "deny",
        principal: { kind: "caller", name },
        action: { kind: "writing-call" },
        resource: { kind: "scoped-routes" },
        conditions: [{ kind: "read-only-agents" }],
        from: policyPlace(`callers.${name}.kind`),
      },
    ];
  });
}

/** Callers that a function refuses whatever its policy says: revoked in an emergency, or disabled in config. */
export function revokedRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_lambda_function").flatMap((each) => {
    const [environment = {}] = [each.attributes.environment].flat();
    return namesIn(environment?.variables?.REVOKED_CALLERS).map((name): AccessRow => {
      return {
        effect: "deny",
        principal: name === undefined ? { kind: "every-caller" } : { kind: "caller", name },
        action: { kind: "any-call" },
        resource: { kind: "scoped-routes" },
        conditions: [{ kind: "revoked-in", function: each.name }],
        from: placeOf(each, "environment.variables.REVOKED_CALLERS"),
      };
    });
  });
}

/** An unreadable list stops the function, so no caller passes: one entry without a name. */
function namesIn(text: unknown): readonly (string | undefined)[] {
  if (typeof text !== "string") return [];
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [undefined];
  }
}
