import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CognitoManagedLoginBranding } from "@cdktf/provider-aws/lib/cognito-managed-login-branding";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import { scopesNamed } from "../../../contract/scope-need";
import type { MachineClient, UserClient } from "../../../intent/model/client-intent";
import { scopesByServer } from "../../../intent/model/cognito-scopes";
import type { CognitoIssuer, Intent, Service } from "../../../intent/model/intent";
import * as names from "../../../intent/model/names";
import { comesFrom } from "../../shared/comes-from";
import { FunctionArchive } from "../function-archive";
import { ClientRotation } from "./client-rotation";
import { ClientSecret } from "./client-secret";
import { type ResourceServerProps, UserPool } from "./user-pool";

export type IdentityProps = Pick<
  Intent,
  "alarms" | "aws" | "environment" | "logs" | "prefix" | "protect" | "recoveryDays" | "services"
> & {
  readonly buildFolder: string;
  readonly issuers: readonly CognitoIssuer[];
  readonly clients: readonly (UserClient | MachineClient)[];
};

/** What a caller needs to know about an issuer. */
export interface IssuedBy {
  readonly issuer: string;
  readonly token_endpoint: string;
}

/** What the owner of an app client needs to know about it. */
export interface IssuedTo {
  readonly client_id: string;
  /** For programs: the secret with everything they need. */
  readonly secret_arn?: string;
}

/**
 * Callers' identities: a user pool for each Cognito issuer, its app clients, and for each program a secret with its
 * rotation.
 */
export class Identity extends Construct {
  readonly issuers: Record<string, IssuedBy> = {};
  readonly clients: Record<string, IssuedTo> = {};
  /** Values known only after an apply that tokens are checked against, by variable of the authorizer function. */
  readonly variables: Record<string, string> = {};
  readonly logs: CloudwatchLogGroup[] = [];

  private readonly appClients = new Construct(this, "AppClients");
  private readonly signIns = new Construct(this, "SignIns");
  private readonly secrets = new Construct(this, "ClientSecrets");
  private readonly rotations = new Construct(this, "ClientRotations");
  /** Archive of all rotation functions, created for the first of them. */
  private rotationArchive: FunctionArchive | undefined;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    for (const issuer of props.issuers) {
      const pool = this.declarePool(issuer, props);
      for (const client of props.clients.filter((candidate) => candidate.issuer === issuer.id)) {
        this.declareClient(client, pool, props);
      }
    }
  }

  private declarePool(issuer: CognitoIssuer, props: IdentityProps): UserPool {
    const resourceServers = resourceServersOf(props.services);
    const tokenEndpoint = names.cognitoTokenEndpoint(issuer.domainPrefix, props.aws.region);
    const pool = new UserPool(this, issuer.id, { ...issuer, tokenEndpoint, protect: props.protect, resourceServers });
    this.issuers[issuer.id] = { issuer: pool.issuer, token_endpoint: pool.tokenEndpoint };
    this.variables[names.issuerVariable(issuer.id)] = pool.issuer;
    return pool;
  }

  private declareClient(client: UserClient | MachineClient, pool: UserPool, props: IdentityProps): void {
    const app = declareAppClient(this.appClients, pool, client);
    if (client.grant !== "client_credentials") declareSignIn(this.signIns, pool, app, client);
    const secret = client.grant === "client_credentials" ? this.declareSecret(client, app, pool, props) : undefined;
    this.clients[client.id] = { client_id: app.id, ...(secret && { secret_arn: secret.arn }) };
    this.variables[names.clientVariable(client.id)] = app.id;
  }

  private declareSecret(
    client: MachineClient,
    app: CognitoUserPoolClient,
    pool: UserPool,
    props: IdentityProps,
  ): ClientSecret {
    const name = names.rotationFunction(props.prefix, client.id);
    // Cognito issues no token to a disabled client, so a new secret could not be tested.
    const everyDays = client.disabled ? undefined : client.rotateEveryDays;
    const shared = { intent: props, client, pool, appClient: app };
    const rotationRoleArn = names.roleArn(props.aws.account, name);
    const secret = new ClientSecret(this.secrets, client.key, { ...shared, ...(everyDays && { rotationRoleArn }) });
    if (everyDays === undefined) return secret;
    const archive = this.archive(props);
    const rotation = new ClientRotation(this.rotations, `Rotation-${client.key}`, {
      ...shared,
      secret,
      everyDays,
      name,
      archive,
    });
    this.logs.push(rotation.log);
    return secret;
  }

  private archive({ buildFolder, environment }: IdentityProps): FunctionArchive {
    this.rotationArchive ??= new FunctionArchive(this, "RotationArchive", {
      buildFolder,
      environment,
      name: "rotate-client-secret",
    });
    return this.rotationArchive;
  }
}

/** Each server comes from the service of its name, if there is one. */
function resourceServersOf(services: readonly Service[]): readonly ResourceServerProps[] {
  const asked = services.flatMap(({ routes, toolScopes = [] }) => [
    ...routes.flatMap(({ access }) => (access.kind === "scopes" ? access.scopes : [])),
    ...toolScopes,
  ]);
  return [...scopesByServer(scopesNamed(asked))].map(([identifier, scopes]) => ({
    identifier,
    service: services.find(({ id }) => id === identifier)?.key,
    scopes,
  }));
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
function declareAppClient(scope: Construct, pool: UserPool, client: UserClient | MachineClient): CognitoUserPoolClient {
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

/** Managed login has no pages for an app client without a style. This is the style that Cognito provides. */
function declareSignIn(scope: Construct, pool: UserPool, app: CognitoUserPoolClient, { key }: UserClient): void {
  const style = new CognitoManagedLoginBranding(scope, key, {
    userPoolId: pool.id,
    clientId: app.id,
    useCognitoProvidedValues: true,
  });
  comesFrom(style, ["clients", key]);
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
