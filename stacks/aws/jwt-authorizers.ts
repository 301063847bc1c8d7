import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Construct } from "constructs";
import { CALLER_HEADERS, SERVICE_TOKEN_HEADER } from "../../contract/caller-headers";
import { JWT_IDENTITY_SOURCE } from "../../contract/identity-sources";
import type { Route } from "../../intent/model/intent";
import type { HttpApi } from "./http-api";
import { removing } from "./request-headers";
import type { GatewayHandshake, RouteDecision } from "./service-routes";

/** An issuer whose tokens the gateway itself verifies. */
export interface JwtIssuer {
  readonly id: string;
  /** Exact `iss`. */
  readonly url: string;
  /** Values of `aud`, or of `client_id` where a token has no `aud`, as a user pool's have none. */
  readonly audiences: readonly string[];
  /** Claims that say who calls, for the access log. */
  readonly clientClaim: string;
  readonly scopeClaim: string;
}

export interface JwtAuthorizersProps {
  readonly api: HttpApi;
  /** Start of the authorizers' names, which are unique in an API. */
  readonly prefix: string;
  readonly issuers: readonly JwtIssuer[];
}

/** What Envoy alone writes, and what only Cloud Run's own check would read: a caller's own go no further. */
const ENVOYS_HEADERS = [...Object.values(CALLER_HEADERS), SERVICE_TOKEN_HEADER];

/**
 * The shared-issuer handshake's authorizers, one an issuer: API Gateway checks signature, issuer, audience, times and
 * scopes itself, and hands the caller's token on, which Envoy verifies again.
 */
export class JwtAuthorizers extends Construct implements GatewayHandshake {
  readonly requestParameters = removing(ENVOYS_HEADERS);
  readonly callerFields: Readonly<Record<string, string>>;
  readonly ready = [];
  private readonly ids = new Map<string, string>();

  constructor(scope: Construct, id: string, props: JwtAuthorizersProps) {
    super(scope, id);
    for (const issuer of props.issuers) this.declare(issuer, props);
    // As the token has them. First what a caller may choose most freely: see `httpLogFields`.
    this.callerFields = {
      subject: "$context.authorizer.claims.sub",
      ...claimFields("scopes", props.issuers, ({ scopeClaim }) => scopeClaim),
      ...claimFields("client", props.issuers, ({ clientClaim }) => clientClaim),
      issuer: "$context.authorizer.claims.iss",
    };
  }

  decisionFor({ access, issuer = "" }: Pick<Route, "access" | "issuer">): RouteDecision {
    if (access.kind === "public") return { authorizationType: "NONE" };
    const authorizerId = this.ids.get(issuer) as string;
    return { authorizationType: "JWT", authorizerId, authorizationScopes: [...access.scopes] };
  }

  private declare({ id, url, audiences }: JwtIssuer, { api, prefix }: JwtAuthorizersProps): void {
    const authorizer = new Apigatewayv2Authorizer(this, id, {
      apiId: api.id,
      name: `${prefix}-${id}`,
      authorizerType: "JWT",
      identitySources: [JWT_IDENTITY_SOURCE],
      jwtConfiguration: { issuer: url, audience: [...audiences] },
    });
    this.ids.set(id, authorizer.id);
  }
}

/** One field for each claim in which some issuer says it: `client`, and also `client_cid` where issuers differ. */
function claimFields(
  field: string,
  issuers: readonly JwtIssuer[],
  claimOf: (issuer: JwtIssuer) => string,
): Record<string, string> {
  const claims = [...new Set(issuers.map(claimOf))].sort();
  return Object.fromEntries(
    claims.map((claim) => [claims.length === 1 ? field : `${field}_${claim}`, `$context.authorizer.claims.${claim}`]),
  );
}
