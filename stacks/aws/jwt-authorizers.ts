import type { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Construct } from "constructs";
import { CALLER_HEADERS, SERVICE_TOKEN_HEADER } from "../../contract/caller-headers";
import { JWT_IDENTITY_SOURCE } from "../../contract/identity-sources";
import { needInWords, type ScopeNeed } from "../../contract/scope-need";
import { comesFrom } from "../shared/comes-from";
import { removing } from "./request-headers";
import type { GatewayHandshake } from "./service-routes";

/** An issuer whose tokens the gateway itself verifies. */
export interface JwtIssuer {
  readonly id: string;
  /** Exact `iss`. */
  readonly url: string;
  /** Accepted values of `aud`, or of `client_id` if a token has no `aud`, as in a user pool's tokens. */
  readonly audiences: readonly string[];
  /** Claims that identify the caller, for the access log. */
  readonly clientClaim: string;
  readonly scopeClaim: string;
}

export interface JwtAuthorizersProps {
  readonly api: Apigatewayv2Api;
  /** Prefix of the authorizers' names, which must be unique in an API. */
  readonly prefix: string;
  readonly issuers: readonly JwtIssuer[];
}

/**
 * Headers that only Envoy may write, and the one for Cloud Run's own check. The gateway removes them from a caller's
 * request.
 */
const ENVOYS_HEADERS = [...Object.values(CALLER_HEADERS), SERVICE_TOKEN_HEADER];

/**
 * The authorizers of the shared-issuer handshake, one per issuer. API Gateway itself checks signature, issuer,
 * audience, times and scopes. It forwards the caller's token, which Envoy verifies again.
 */
export function sharedIssuerHandshake(
  parent: Construct,
  { api, prefix, issuers }: JwtAuthorizersProps,
): GatewayHandshake {
  const scope = new Construct(parent, "JwtAuthorizers");
  const ids = new Map(
    issuers.map(({ id, url, audiences }) => {
      const authorizer = new Apigatewayv2Authorizer(scope, id, {
        apiId: api.id,
        name: `${prefix}-${id}`,
        authorizerType: "JWT",
        identitySources: [JWT_IDENTITY_SOURCE],
        jwtConfiguration: { issuer: url, audience: [...audiences] },
      });
      comesFrom(authorizer, ["issuers", id], { "jwt_configuration.audience": ["audiences"] });
      return [id, authorizer.id];
    }),
  );
  return {
    requestParameters: removing(ENVOYS_HEADERS),
    // Claims as in the token. The values a caller can choose most freely come first: see `httpLogFields`.
    callerFields: {
      subject: "$context.authorizer.claims.sub",
      ...claimFields("scopes", issuers, ({ scopeClaim }) => scopeClaim),
      ...claimFields("client", issuers, ({ clientClaim }) => clientClaim),
      issuer: "$context.authorizer.claims.iss",
    },
    ready: [],
    decisionFor({ access, issuer = "" }) {
      if (access.kind === "public") return { authorizationType: "NONE" };
      const authorizerId = ids.get(issuer) as string;
      return { authorizationType: "JWT", authorizerId, authorizationScopes: access.scopes.map(single) };
    },
  };
}

/** API Gateway accepts any one of a route's scopes. A rule on the config refuses `allOf` under this handshake. */
function single(need: ScopeNeed): string {
  if (typeof need === "string") return need;
  throw new Error(`${needInWords(need)}: API Gateway cannot ask for all of several scopes`);
}

/**
 * One field for each claim that an issuer uses to identify the client: `client`, and also `client_cid` if issuers
 * differ.
 */
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
