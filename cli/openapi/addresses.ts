import type { CognitoIssuer, Intent, OidcIssuer } from "../../intent/model/intent";
import { cognitoTokenEndpoint, regionOf } from "../../intent/model/names";
import { STAGE } from "../../stacks/aws/rest/rest-stage";
import type { Server } from "./model";

/** A server whose URL is known: from the environment's output `api_url`, or of a local front door. */
export function knownServer(url: string, description: string): readonly Server[] {
  return [{ url: url.replace(/\/$/, ""), description }];
}

/**
 * The door's URL as far as config determines it: its custom domain, or API Gateway's own address, in which AWS chooses
 * the API's id at the first deploy. The id is a variable.
 */
export function declaredServers({ gateway, aws }: Intent): readonly Server[] {
  const { domain } = gateway;
  if (domain?.step === "live") return knownServer(`https://${domain.name}`, "The custom domain in config.");
  const stage = gateway.kind === "rest" ? `/${STAGE}` : "";
  return [
    {
      url: `https://{apiId}.execute-api.${aws.region}.amazonaws.com${stage}`,
      description: "API Gateway's own address. Config does not know the id of the API.",
      variables: {
        apiId: { default: "API-ID", description: "AWS chooses it at the first deploy: see the output api_url." },
      },
    },
  ];
}

/** Where callers get tokens. */
export interface TokenPlaces {
  userPool(issuer: CognitoIssuer): { readonly tokenUrl: string; readonly authorizationUrl: string };
  discovery(issuer: OidcIssuer): string;
}

/** The clouds' own addresses, which config determines before the first deploy. */
export function cloudPlaces({ aws }: Pick<Intent, "aws">): TokenPlaces {
  return {
    userPool: ({ domainPrefix, pool = aws.region }) => endpoints(cognitoTokenEndpoint(domainPrefix, regionOf(pool))),
    discovery: ({ issuer }) => `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
  };
}

/** The local front door's token endpoints. Only user pools have one, because other issuers have no local address. */
export function localPlaces(intent: Pick<Intent, "aws">, cognitoUrl: string): TokenPlaces {
  return {
    ...cloudPlaces(intent),
    userPool: ({ domainPrefix }) => endpoints(`${cognitoUrl}/${domainPrefix}/oauth2/token`),
  };
}

function endpoints(tokenUrl: string) {
  return { tokenUrl, authorizationUrl: tokenUrl.replace(/token$/, "authorize") };
}
