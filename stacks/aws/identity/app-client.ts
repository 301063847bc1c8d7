import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import type { MachineClient, UserClient } from "../../../intent/model/client-intent";
import type { UserPool } from "./user-pool";

export interface AppClientProps {
  readonly pool: UserPool;
  readonly client: UserClient | MachineClient;
}

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
export class AppClient extends Construct {
  readonly resource: CognitoUserPoolClient;

  constructor(scope: Construct, id: string, props: AppClientProps) {
    super(scope, id);
    this.resource = new CognitoUserPoolClient(this, "Client", {
      name: props.client.name,
      userPoolId: props.pool.id,
      // If unset, Cognito would also enable its password and custom flows.
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
      ...tokenLife(ACCESS_TOKEN_MINUTES[props.client.kind ?? "other"]),
      ...(props.client.grant === "client_credentials" ? { generateSecret: true } : ofPeople(props.client)),
      ...(props.client.disabled ? NO_TOKENS : tokens(props.client)),
      dependsOn: [...props.pool.resourceServers],
    });
  }
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
