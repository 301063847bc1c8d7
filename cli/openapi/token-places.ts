import type { CognitoIssuer, Intent, OidcIssuer } from "../../intent/model/intent";
import { cognitoTokenEndpoint } from "../../intent/model/names";

/** Where callers get tokens. */
export interface TokenPlaces {
  userPool(issuer: CognitoIssuer): { readonly tokenUrl: string; readonly authorizationUrl: string };
  discovery(issuer: OidcIssuer): string;
}

/** The clouds' own addresses, which config determines before the first deploy. */
export function cloudPlaces({ aws }: Pick<Intent, "aws">): TokenPlaces {
  return {
    userPool: ({ domainPrefix }) => endpoints(cognitoTokenEndpoint(domainPrefix, aws.region)),
    discovery: ({ issuer }) => `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
  };
}

/** The local front door's. Other issuers than user pools are played without an address that this machine could call. */
export function localPlaces(intent: Pick<Intent, "aws">, cognitoUrl: string): TokenPlaces {
  return {
    ...cloudPlaces(intent),
    userPool: ({ domainPrefix }) => endpoints(`${cognitoUrl}/${domainPrefix}/oauth2/token`),
  };
}

function endpoints(tokenUrl: string) {
  return { tokenUrl, authorizationUrl: tokenUrl.replace(/token$/, "authorize") };
}
