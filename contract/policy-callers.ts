import { type AccessPolicy, type PolicyIssuer, signsJwts, tokenClients } from "./policy-file";
import { type Callers, mayCall, type ScopedAccess } from "./route-access";

/** A caller that a policy names. */
export interface PolicyCaller {
  readonly issuer: PolicyIssuer;
  /**
   * Name at its issuer: a client's id, an exact subject or ARN, or, for a client that an issuer lists, the value of the
   * client's claim.
   */
  readonly id: string;
  /** Scopes that the policy grants. A disabled client has none. */
  readonly scopes: readonly string[];
  readonly kind?: "agent" | undefined;
  /** IAM's unique id, if only the principal with it is this caller. */
  readonly uniqueId?: string | undefined;
  /** Claims of its tokens that a route may compare with its path. */
  readonly pathClaims?: readonly string[] | undefined;
}

/** Every caller that a policy names, in the policy's order. */
export function policyCallers({ issuers }: Pick<AccessPolicy, "issuers">): readonly PolicyCaller[] {
  return issuers.flatMap((issuer) =>
    callersOfIssuer(issuer).map((caller) => ({ issuer, ...pathClaimsOf(issuer), ...caller })),
  );
}

function pathClaimsOf(issuer: PolicyIssuer): Pick<PolicyCaller, "pathClaims"> {
  return signsJwts(issuer) && issuer.pathClaims ? { pathClaims: issuer.pathClaims } : {};
}

function callersOfIssuer(issuer: PolicyIssuer): readonly Omit<PolicyCaller, "issuer">[] {
  if (issuer.kind === "cognito") return issuer.clients;
  if (issuer.kind === "aws-iam") return issuer.subjects.map(({ subject, ...rest }) => ({ id: subject, ...rest }));
  if (issuer.grants === "token") return tokenClients(issuer);
  const { subjects, claimants = [] } = issuer;
  return [...subjects.map(({ subject, ...rest }) => ({ id: subject, ...rest })), ...claimants];
}

/** The server of the Model Context Protocol in a policy: what a token for it must name, and who may call it. */
export function mcpServerIn({ routes }: Pick<AccessPolicy, "routes">): McpServer | undefined {
  for (const { mcp, access } of Object.values(routes)) {
    if (mcp !== undefined && access !== "public") return { audiences: [mcp.audience].flat(), access };
  }
  return undefined;
}

export interface McpServer {
  /** A token must name one of these. The first is the server's URL. */
  readonly audiences: readonly string[];
  readonly access: ScopedAccess;
}

/**
 * `aud` of a caller's token, as a stand-in for its issuer writes it: the issuer's first audience, and that of the server if
 * the caller may call it.
 *
 * @param audiences those that the issuer writes. A user pool writes only what a client asks for
 */
export function audienceFor(
  caller: Pick<Callers, "scopes">,
  audiences: "on-request",
  server: McpServer | undefined,
): string | undefined;
export function audienceFor(
  caller: Pick<Callers, "scopes">,
  audiences: readonly string[] | "on-request",
  server: McpServer | undefined,
): string | readonly string[] | undefined;
export function audienceFor(
  caller: Pick<Callers, "scopes">,
  audiences: readonly string[] | "on-request",
  server: McpServer | undefined,
): string | readonly string[] | undefined {
  const isOpen = server !== undefined && mayCall(server.access, caller);
  if (audiences === "on-request") return isOpen ? server.audiences[0] : undefined;
  const [first] = audiences;
  const own = isOpen ? server.audiences.find((each) => audiences.includes(each)) : undefined;
  return own === undefined || own === first ? first : [first ?? "", own];
}

/** Keys of the routes that a caller may call, at least under paths of its own, without public routes. */
export function routesOpenTo(caller: Callers, { routes }: Pick<AccessPolicy, "routes">): readonly string[] {
  return Object.entries(routes).flatMap(([key, { access }]) =>
    access !== "public" && mayCall(access, caller) ? [key] : [],
  );
}
