import { CognitoResourceServer } from "@cdktf/provider-aws/lib/cognito-resource-server";
import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { Construct } from "constructs";
import type { CognitoIssuer } from "../../../intent/model/intent";
import { comesFrom } from "../../shared/comes-from";

export interface ResourceServerProps {
  /** The part of a scope before the slash. */
  readonly identifier: string;
  /** Key in the config of the service with that name, if there is one. */
  readonly service: string | undefined;
  /** Full scopes: `orders/read`. */
  readonly scopes: readonly string[];
}

export interface UserPoolProps extends Omit<CognitoIssuer, "kind"> {
  readonly tokenEndpoint: string;
  readonly protect: boolean;
  readonly resourceServers: readonly ResourceServerProps[];
}

/** A Cognito issuer: pool, token endpoint, and the scopes that the services' routes require. */
export class UserPool extends Construct {
  readonly id: string;
  readonly arn: string;
  readonly tokenEndpoint: string;
  /** Value of `iss` in its tokens. */
  readonly issuer: string;
  /** The token endpoint's domain, for resources that depend on it. */
  readonly domain: CognitoUserPoolDomain;
  /** For app clients, which may only reference existing scopes. */
  readonly resourceServers: readonly CognitoResourceServer[];

  constructor(scope: Construct, id: string, props: UserPoolProps) {
    super(scope, id);
    comesFrom(this, ["issuers", props.id], {
      admin_create_user_config: ["signUp"],
      domain: ["domainPrefix"],
    });
    const pool = this.pool(props);
    this.id = pool.id;
    this.arn = pool.arn;
    this.tokenEndpoint = props.tokenEndpoint;
    this.issuer = `https://${pool.endpoint}`;
    this.domain = new CognitoUserPoolDomain(this, "Domain", {
      userPoolId: pool.id,
      domain: props.domainPrefix,
      // Managed login. The classic pages (1) bind no `aud` to a requested resource, which MCP servers check.
      managedLoginVersion: 2,
    });
    this.resourceServers = props.resourceServers.map((server) => this.resourceServer(pool, props.id, server));
  }

  private pool(props: UserPoolProps): CognitoUserPool {
    return new CognitoUserPool(this, "Pool", {
      name: props.name,
      deletionProtection: props.protect ? "ACTIVE" : "INACTIVE",
      userPoolTier: "ESSENTIALS",
      usernameAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ["email"],
      // Cognito's own default is open: anyone who knows a client id could register and get that client's scopes.
      adminCreateUserConfig: { allowAdminCreateUserOnly: props.signUp === "closed" },
      accountRecoverySetting: { recoveryMechanism: [{ name: "verified_email", priority: 1 }] },
      mfaConfiguration: "OPTIONAL",
      softwareTokenMfaConfiguration: { enabled: true },
      passwordPolicy: {
        minimumLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: 7,
      },
    });
  }

  private resourceServer(pool: CognitoUserPool, issuer: string, props: ResourceServerProps): CognitoResourceServer {
    const { identifier, service, scopes } = props;
    const declared = new CognitoResourceServer(this, identifier, {
      userPoolId: pool.id,
      identifier,
      name: identifier,
      scope: scopes.map((scope) => ({
        scopeName: scope.slice(identifier.length + 1),
        scopeDescription: `Call the routes of ${identifier} that ask for ${scope}`,
      })),
    });
    return comesFrom(declared, service === undefined ? ["issuers", issuer] : ["services", service, "routes"]);
  }
}
