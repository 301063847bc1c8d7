import { type JsonObject, typed } from "./json";
import { remoteKeys } from "./key-sources";
import { JWT_FILTER } from "./matchers";
import type { Sidecar, SidecarIssuer } from "./policy";

/**
 * Verifies the token of every route that is not public: selects the issuer by `iss`, and checks its keys and audiences.
 */
export function jwtFilter(sidecar: Sidecar): JsonObject {
  const { issuers } = sidecar;
  const names = issuers.map(({ id }) => ({ provider_name: id }));
  const [only = {}] = names;
  return {
    name: JWT_FILTER,
    typed_config: typed("filters.http.jwt_authn.v3.JwtAuthentication", {
      // The response would otherwise quote the whole URL.
      strip_failure_response: true,
      providers: Object.fromEntries(issuers.map((issuer) => [issuer.id, provider(issuer, sidecar)])),
      rules: [
        { match: { prefix: "/" }, requires: names.length === 1 ? only : { requires_any: { requirements: names } } },
      ],
    }),
  };
}

function provider(issuer: SidecarIssuer, { clockSkewSeconds, keysSeconds }: Sidecar): JsonObject {
  const { audiences, scopeClaim } = issuer;
  return {
    issuer: issuer.url,
    ...(audiences && { audiences }),
    remote_jwks: remoteKeys(issuer, keysSeconds),
    // Tokens are read only from this header, not from query parameters or cookies.
    from_headers: [{ name: "Authorization", value_prefix: "Bearer " }],
    forward: true,
    require_expiration: true,
    clock_skew_seconds: clockSkewSeconds,
    payload_in_metadata: "claims",
    header_in_metadata: "header",
    // No `jwt_cache_config`: a withdrawn key stops working as soon as the keys are fetched again.
    ...(scopeClaim !== undefined && { normalize_payload_in_metadata: { space_delimited_claims: [scopeClaim] } }),
  };
}
