import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { CognitoManagedLoginBranding } from "@cdktf/provider-aws/lib/cognito-managed-login-branding";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ROTATION_CHECK, ROTATION_FUNCTION, rotationPermissions, rotationVariables } from "../../../contract/rotation";
import { scopesNamed } from "../../../contract/scope-need";
import { ALARMS, runbookOf } from "../../../intent/model/alarm-table";
import type { MachineClient, UserClient } from "../../../intent/model/client-intent";
import { scopesByServer } from "../../../intent/model/cognito-scopes";
import type { CognitoIssuer, Intent, Service } from "../../../intent/model/intent";
import * as names from "../../../intent/model/names";
import { attributeOf, identityOf } from "../../shared/addresses";
import { comesFrom } from "../../shared/comes-from";
import { actionsOf } from "../alarms/alarm";
import { FunctionArchive } from "../function-archive";
import { declareFunction } from "../function-shape";
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

interface ClientRotationProps {
  readonly intent: Pick<Intent, "alarms" | "aws" | "logs" | "prefix">;
  readonly client: MachineClient;
  readonly everyDays: number;
  /** Name of the function, its role, rule and filter. */
  readonly name: string;
  readonly archive: FunctionArchive;
  readonly pool: UserPool;
  readonly appClient: CognitoUserPoolClient;
  readonly secret: ClientSecret;
}

/** A secret's age in days, by client. */
const AGE_METRIC = "ClientSecretAgeDays";

const DAY_SECONDS = 86_400;

/**
 * Rotation of one client's secret: the function, its schedule, and the alarms if it does not run. Its form is
 * `contract/rotation.ts`, and a review accepts the start of a rotation in that form alone.
 */
class ClientRotation extends Construct {
  readonly log: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ClientRotationProps) {
    super(scope, id);
    const { client, name, intent } = props;
    const { key } = client;
    comesFrom(this, ["clients", key, "rotateEveryDays"]);
    // A path segment with `_` cannot be a client's id, so renaming a client moves only the segment with its id.
    const at = (word: string) => new Construct(this, word);
    const { resource, log } = rotationFunction(new Construct(at("rotate_secret"), key), props);
    this.log = log;
    // The function logs the secret's age at each check and after each rotation.
    const metric = new CloudwatchLogMetricFilter(at("secret_age"), key, {
      name,
      logGroupName: log.name,
      pattern: '{ $.event = "secret-age" }',
      metricTransformation: {
        name: AGE_METRIC,
        namespace: intent.prefix,
        value: "$.ageDays",
        dimensions: { Client: "$.client" },
      },
    });
    const schedule = scheduled(new Construct(at("secret_rotation"), key), resource, props);
    checkedDaily(new Construct(at("check_secret"), key), resource, name);
    failureAlarm(at("failed_rotation"), props);
    latenessAlarm(at("late_rotation"), props, [metric, schedule]);
  }
}

/** Its role may access only the client's pool and secret, and write its own log. */
function rotationFunction(scope: Construct, props: ClientRotationProps) {
  const { name, archive, client, pool, secret, intent } = props;
  return declareFunction(scope, {
    name,
    archive,
    logRetentionDays: intent.logs.retentionDays,
    description: `Rotates the client secret of ${client.id}`,
    handler: ROTATION_FUNCTION.handler,
    memorySize: ROTATION_FUNCTION.memoryMb,
    timeout: ROTATION_FUNCTION.timeoutSeconds,
    environment: {
      variables: rotationVariables({
        client: client.id,
        clientId: props.appClient.id,
        scope: client.scopes.join(" "),
        secretArn: secret.arn,
        tokenEndpoint: pool.tokenEndpoint,
        userPoolId: pool.id,
      }),
    },
    purposes: rotationPermissions(secret.arn, pool.arn),
  });
}

/** Makes Secrets Manager rotate the secret every given number of days, and immediately when declared. */
function scheduled(
  scope: Construct,
  rotates: LambdaFunction,
  props: ClientRotationProps,
): SecretsmanagerSecretRotation {
  const { intent, appClient, everyDays, pool, secret } = props;
  const permission = new LambdaPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: rotates.functionName,
    principal: "secretsmanager.amazonaws.com",
    sourceAccount: intent.aws.account,
    sourceArn: secret.arn,
  });
  return new SecretsmanagerSecretRotation(scope, "Rotation", {
    secretId: secret.id,
    rotationLambdaArn: rotates.arn,
    // Replaces the first secret, which is in Terraform's state. It becomes invalid with the second rotation.
    rotateImmediately: true,
    rotationRules: { automaticallyAfterDays: everyDays },
    // Also rotates immediately when the secret's content changes: a new client, the token endpoint, or the scopes.
    // Cognito refuses all requested scopes if the client may not have one of them.
    lifecycle: {
      replaceTriggeredBy: [
        ...[secret.version, pool.domain].map(identityOf),
        attributeOf(appClient, "allowed_oauth_scopes"),
      ],
    },
    dependsOn: [permission, secret.version],
  });
}

/**
 * Makes the function log the secret's age once a day. If a check is lost, an alarm goes off the day after, so no queue
 * is needed.
 */
function checkedDaily(scope: Construct, checks: LambdaFunction, name: string): void {
  const rule = new CloudwatchEventRule(scope, "Rule", {
    name,
    description: `Once a day the age of the secret that ${name} rotates`,
    scheduleExpression: ROTATION_CHECK.schedule,
    state: "ENABLED",
  });
  new CloudwatchEventTarget(scope, "Target", {
    rule: rule.name,
    targetId: ROTATION_CHECK.target,
    arn: checks.arn,
    input: ROTATION_CHECK.input,
  });
  new LambdaPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: checks.functionName,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
}

/** Goes off when a step of a rotation, or a check, fails. Callers continue to use the current secret. */
function failureAlarm(scope: Construct, { name, client, intent }: ClientRotationProps): void {
  new CloudwatchMetricAlarm(scope, client.key, {
    alarmName: `${name}-failed`,
    alarmDescription: `The function that rotates the client secret of ${client.id} has failed (${runbookOf("failed-rotation")})`,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: name },
    statistic: "Sum",
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    treatMissingData: "notBreaching",
    ...actionsOf(intent.alarms?.actions ?? []),
  });
}

/**
 * Goes off when the secret is too old, or its age has not been reported for two days.
 *
 * @param after resources that report the first age: an alarm created before the filter and the first rotation would
 *   always go off. It may still go off once: RotateSecret returns before the function has run, and the function logs
 *   the age at its end
 */
function latenessAlarm(scope: Construct, props: ClientRotationProps, after: ITerraformDependable[]): void {
  const { name, client, intent, everyDays } = props;
  // Secrets Manager chooses the hour of the day, and retries.
  const graceDays = intent.alarms?.thresholds.lateRotationDays ?? ALARMS.lateRotationDays.preset;
  new CloudwatchMetricAlarm(scope, client.key, {
    alarmName: `${name}-late`,
    alarmDescription: `The client secret of ${client.id} was not rotated in time, or its age is unknown (${runbookOf(ALARMS.lateRotationDays.id)})`,
    namespace: intent.prefix,
    metricName: AGE_METRIC,
    dimensions: { Client: client.id },
    statistic: "Maximum",
    // An alarm evaluates one week at most (CloudWatch, "PutMetricAlarm").
    period: DAY_SECONDS,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    comparisonOperator: "GreaterThanThreshold",
    threshold: everyDays + graceDays,
    treatMissingData: "breaching",
    ...actionsOf(intent.alarms?.actions ?? []),
    dependsOn: after,
  });
}
