import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import type { Construct } from "constructs";
import type { MachineClient, UserClient } from "../../../intent/model/client-intent";
import { comesFrom } from "../../shared/comes-from";
import type { UserPool } from "./user-pool";

/**
 * How long access tokens live, in minutes (Cognito allows 5 to 1440). A revoked caller's token stays valid until it
 * expires, so the lifetime is short. It is shorter for agents, which act without a person.
 */
const ACCESS_TOKEN_MINUTES = { agent: 15, other: 60 };

function tokenLife(minutes: number) {
  return {
    accessTokenValidity: minutes,
    idTokenValidity: minutes,
    refreshTokenValidity: 30,
    tokenValidityUnits: [{ accessToken: "minutes", idToken: "minutes", refreshToken: "days" }],
  };
}

/** A Cognito app client: a program with a secret, or a person's browser or app without one. */
export function declareAppClient(
  scope: Construct,
  pool: UserPool,
  client: UserClient | MachineClient,
): CognitoUserPoolClient {
  const declared = new CognitoUserPoolClient(scope, client.key, {
    name: client.name,
    userPoolId: pool.id,
    // If unset, Cognito would also enable its password and custom flows.
    explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    preventUserExistenceErrors: "ENABLED",
    enableTokenRevocation: true,
    ...tokenLife(ACCESS_TOKEN_MINUTES[client.kind ?? "other"]),
    ...(client.grant === "client_credentials" ? { generateSecret: true } : ofPeople(client)),
    ...(client.disabled ? NO_TOKENS : tokens(client)),
    dependsOn: [...pool.resourceServers],
  });
  return comesFrom(declared, ["clients", client.key], {
    access_token_validity: ["kind"],
    allowed_oauth_flows: ["grant"],
    allowed_oauth_flows_user_pool_client: ["disabled"],
    allowed_oauth_scopes: ["scopes"],
    callback_urls: ["callbackUrls"],
    logout_urls: ["logoutUrls"],
  });
}

/** Cognito issues no tokens to a disabled client. The client keeps its id and its secret. */
const NO_TOKENS = { allowedOauthFlowsUserPoolClient: false, allowedOauthFlows: [], allowedOauthScopes: [] };

/** Clients for people get only the code grant. */
function tokens({ grant, scopes }: UserClient | MachineClient) {
  return {
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthScopes: [...scopes],
    allowedOauthFlows: [grant === "client_credentials" ? "client_credentials" : "code"],
  };
}

/** A client without a secret must use PKCE (RFC 7636), which Cognito then checks. */
function ofPeople(client: UserClient) {
  return {
    generateSecret: false,
    supportedIdentityProviders: ["COGNITO"],
    callbackUrls: [...client.callbackUrls],
    logoutUrls: [...client.logoutUrls],
  };
}
