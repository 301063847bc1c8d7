import type { AccessPolicy, PolicyIssuer } from "../../../contract/policy-file";
import { isAnyMet } from "../../../contract/scope-need";
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
}

export function callersOf(stack: StackJson, policy: AccessPolicy): readonly Caller[] {
  return policy.issuers.flatMap((issuer) => callersOfIssuer(stack, issuer));
}

function callersOfIssuer(stack: StackJson, issuer: PolicyIssuer): readonly Caller[] {
  if (issuer.kind === "cognito") return cognitoCallers(stack, issuer);
  if (issuer.kind === "aws-iam") {
    return issuer.subjects.map(({ subject, ...rest }) => ({ name: `${issuer.id}/${subject}`, ...rest }));
  }
  if (issuer.grants === "subjects") {
    const { id, subjects, claimants = [] } = issuer;
    return [
      ...subjects.map(({ subject, scopes, kind }) => ({ name: `${id}/${subject}`, scopes, kind })),
      ...claimants.map((each) => ({ name: `${id}/${each.id}`, scopes: each.scopes, kind: each.kind })),
    ];
  }
  return issuer.clients.map((client) => ({ name: `${issuer.id}/${client}`, scopes: issuer.scopes }));
}

/** A scope counts if the pool grants it to the app client, the token carries it, and the policy grants it. */
function cognitoCallers(stack: StackJson, issuer: PolicyIssuer & { kind: "cognito" }): readonly Caller[] {
  const variables = stack.resource.aws_lambda_function?.callers?.environment?.variables ?? {};
  // A pool's URL, as its tokens have it.
  const pool = referred(stack, String(variables[issuer.issuerFrom]).replace(/^https:\/\//, ""));
  return issuer.clients.flatMap(({ id, clientIdFrom, scopes, kind }) => {
    const client = referred(stack, variables[clientIdFrom]);
    if (client === undefined || pool === undefined) return [];
    const given = issuableScopes(stack, client);
    const fits = referred(stack, client.attributes.user_pool_id)?.address === pool.address;
    if (!fits) return [];
    return [{ name: `${issuer.id}/${id}`, scopes: scopes.filter((scope) => given.includes(scope)), kind }];
  });
}

/** Methods that RFC 9110 calls safe: they only read. */
const SAFE = /^(GET|HEAD|OPTIONS) /;

/** Denials for agents: an agent only reads, unless config allows it to write. */
export function agentRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return callersOf(stack, policy).flatMap(({ name, scopes, kind }): readonly AccessRow[] => {
    if (kind !== "agent") return [];
    const writes = Object.entries(policy.routes).some(
      ([key, { access }]) => !SAFE.test(key) && access !== "public" && isAnyMet(access.scopes, scopes),
    );
    if (writes) return [];
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
