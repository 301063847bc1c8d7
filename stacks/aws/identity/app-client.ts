import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import type { MachineClient, UserClient } from "../../../intent/model/client-intent";
import type { UserPool } from "./user-pool";

export interface AppClientProps {
  readonly pool: UserPool;
  readonly client: UserClient | MachineClient;
}

/**
 * How long access tokens live, in minutes (Cognito allows 5 to 1440). A revoked caller's token stays valid for its life,
 * so it is short, and shorter for agents, which act without a person.
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
      // Left out, Cognito would also switch on its password and custom flows.
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

/** Cognito gives a disabled client nothing more; it keeps its id and its secret. */
const NO_TOKENS = { allowedOauthFlowsUserPoolClient: false, allowedOauthFlows: [], allowedOauthScopes: [] };

/** For people, the code grant only. */
function tokens({ grant, scopes }: UserClient | MachineClient) {
  return {
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthScopes: [...scopes],
    allowedOauthFlows: [grant === "client_credentials" ? "client_credentials" : "code"],
  };
}

/** Without a secret the client must prove itself by PKCE (RFC 7636), which Cognito then checks. */
function ofPeople(client: UserClient) {
  return {
    generateSecret: false,
    supportedIdentityProviders: ["COGNITO"],
    callbackUrls: [...client.callbackUrls],
    logoutUrls: [...client.logoutUrls],
  };
}
