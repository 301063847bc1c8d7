import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import type { MachineClient, UserClient } from "../../intent/intent";
import type { UserPool } from "./user-pool";

export interface AppClientProps {
  readonly pool: UserPool;
  readonly client: UserClient | MachineClient;
}

/** How long tokens live. A revoked or disabled caller's access token stays valid for its life, so it is short. */
const TOKEN_LIFE = {
  accessTokenValidity: 60,
  idTokenValidity: 60,
  refreshTokenValidity: 30,
  tokenValidityUnits: [{ accessToken: "minutes", idToken: "minutes", refreshToken: "days" }],
};

/** A Cognito app client: a program with a secret, or a person's browser or app without one. */
export class AppClient extends Construct {
  readonly resource: CognitoUserPoolClient;

  constructor(scope: Construct, id: string, props: AppClientProps) {
    super(scope, id);
    this.resource = new CognitoUserPoolClient(this, "Client", {
      name: props.client.name,
      userPoolId: props.pool.id,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: [...props.client.scopes],
      // Left out, Cognito would also switch on its password and custom flows.
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
      ...TOKEN_LIFE,
      ...(props.client.grant === "client_credentials" ? machineFlow() : userFlow(props.client)),
      dependsOn: [...props.pool.resourceServers],
    });
  }
}

function machineFlow() {
  return { allowedOauthFlows: ["client_credentials"], generateSecret: true };
}

/** Code grant only. Without a secret the client must prove itself by PKCE (RFC 7636), which Cognito then checks. */
function userFlow(client: UserClient) {
  return {
    allowedOauthFlows: ["code"],
    generateSecret: false,
    supportedIdentityProviders: ["COGNITO"],
    callbackUrls: [...client.callbackUrls],
    logoutUrls: [...client.logoutUrls],
  };
}
