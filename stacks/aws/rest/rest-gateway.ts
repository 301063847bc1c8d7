import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayRestApiPolicy } from "@cdktf/provider-aws/lib/api-gateway-rest-api-policy";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import type { Service } from "../../../intent/model/intent";
import { gatewayLogsRole } from "../../../intent/model/names";
import { comesFrom } from "../../shared/comes-from";
import { declareAccessLog, measuresLatency, restLogFields } from "../access-log";
import { isClosed, type MappedApi } from "../domain";
import { ExclusiveRole } from "../exclusive-role";
import { type FederatedProps, type GatewayProps, gatewayKeys } from "../http-gateway";
import { policyDocument, type Statement } from "../policy-document";
import { declareWebAcl } from "../waf/web-acl";
import type { WatchedGateway } from "../watched";
import { gatewayResponses } from "./gateway-responses";
import { preflights } from "./preflights";
import { restAuthorizers } from "./rest-authorizers";
import { restDeployment } from "./rest-deployment";
import { restMethods } from "./rest-methods";
import { declareResources } from "./rest-resources";
import { restStage, STAGE } from "./rest-stage";
import { declareUsagePlans } from "./usage-plans";

export type RestGatewayProps = GatewayProps & FederatedProps;

/** A REST API with its resources, authorizers and stage. */
export class RestGateway extends Construct {
  /** `https://….execute-api.….amazonaws.com/live`, known after apply. */
  readonly url: string;
  /** What a domain maps to. */
  readonly mapped: MappedApi;
  readonly watched: WatchedGateway;
  /** Log of the web ACL, if there is one. */
  readonly firewallLog?: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: RestGatewayProps) {
    super(scope, id);
    const { prefix, logs, aws, gateway } = props.intent;
    const { cors, plans, allowedNetworks: networks, waf } = gateway;
    comesFrom(this, ["gateway"], { ...gatewayKeys(gateway), api_key_source: ["defaultPlan"] });
    const hasPlans = plans.length > 0;
    const api = restApi(this, props);
    const paths = props.services.flatMap(({ service }) => service.routes.map(({ path }) => path));
    const resources = declareResources(this, api, paths);
    const authorizers = restAuthorizers(this, { ...props, api, prefix });
    const methods = props.services.flatMap(({ service }) => {
      const scope = new Construct(this, `RestMethods-${service.id}`);
      return restMethods(scope, { api, resources, authorizers, hasPlans, service });
    });
    const responses = gatewayResponses(this, api, cors !== undefined);
    const answers = cors ? preflights(this, { api, resources, cors, methods: methodsByPath(props.services) }) : [];
    const policy = networks && networkPolicy(this, api, networks, cors !== undefined);
    const deployment = restDeployment(this, api, [
      api,
      ...resources.resources,
      ...authorizers.resources,
      ...methods,
      ...responses,
      ...answers,
      ...(policy ? [policy] : []),
    ]);
    const logRole = aws.ownsAccount ? [accountLogRole(this, gatewayLogsRole(prefix))] : [];
    const accessLog = declareAccessLog(this, {
      name: prefix,
      id: "rest-access",
      retentionDays: logs.retentionDays,
      fields: restLogFields(gateway.tracing),
      hasLatency: measuresLatency(props.services),
    });
    const stage = restStage(this, {
      api,
      deployment,
      accessLog,
      gateway,
      services: props.services,
      policyFingerprint: props.policyFingerprint,
      after: [...props.callers.ready, ...props.public.ready, ...authorizers.ready, ...logRole],
    });
    if (hasPlans) declareUsagePlans(this, api, stage, prefix, plans);
    const logRetentionDays = logs.retentionDays;
    if (waf) this.firewallLog = declareWebAcl(this, { prefix, waf, stageArn: stage.arn, logRetentionDays });
    this.watched = {
      kindPrefix: "rest-",
      dimensions: { ApiName: prefix, Stage: STAGE },
      accessLog,
    };
    this.url = stage.invokeUrl;
    this.mapped = { id: api.id, stage: stage.stageName, ready: [stage] };
  }
}

function methodsByPath(services: readonly { readonly service: Service }[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { path, method } of services.flatMap(({ service }) => service.routes)) {
    found.set(path, [...(found.get(path) ?? []), method]);
  }
  return found;
}

function restApi(scope: Construct, { intent: { prefix, gateway } }: RestGatewayProps): ApiGatewayRestApi {
  return new ApiGatewayRestApi(scope, "gateway", {
    name: prefix,
    description: "Front door of the team's Cloud Run services",
    // Callers never send an API key. The authorizer returns the key that counts the usage.
    apiKeySource: gateway.plans.length > 0 ? "AUTHORIZER" : "HEADER",
    // All types are binary, so bodies pass unchanged and none is treated as text.
    binaryMediaTypes: ["*/*"],
    endpointConfiguration: { types: ["REGIONAL"] },
    // If it must be replaced, the new API is created before the old one is deleted.
    lifecycle: { createBeforeDestroy: true },
    disableExecuteApiEndpoint: isClosed(gateway),
  });
}

/**
 * The networks that may reach the API. The denial is evaluated before the authorizer and its cached results. An
 * additional Allow statement would also allow requests that an authorizer's result does not allow.
 *
 * @param hasPreflights whether the gateway answers preflights. They have no authorizer, so the policy must allow them.
 */
function networkPolicy(
  scope: Construct,
  api: ApiGatewayRestApi,
  networks: readonly string[],
  hasPreflights: boolean,
): ApiGatewayRestApiPolicy {
  const every = { Principal: "*", Action: "execute-api:Invoke" } as const;
  const elsewhere: Statement = {
    Sid: "NowhereElse",
    Effect: "Deny",
    ...every,
    Resource: `${api.executionArn}/*`,
    Condition: { NotIpAddress: { "aws:SourceIp": networks } },
  };
  const preflights: Statement = {
    Sid: "Preflights",
    Effect: "Allow",
    ...every,
    Resource: `${api.executionArn}/${STAGE}/OPTIONS/*`,
  };
  const declared = new ApiGatewayRestApiPolicy(new Construct(scope, "NetworkPolicy"), "gateway", {
    restApiId: api.id,
    policy: policyDocument(elsewhere, ...(hasPreflights ? [preflights] : [])),
  });
  return comesFrom(declared, ["gateway", "allowedNetworks"]);
}

/** API Gateway tests a role for logs when it is set, and refuses one with fewer permissions than this policy. */
const PUSH_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/**
 * The role with which API Gateway writes logs; there is one per account and region. AWS refuses a REST API's stage
 * without it. It belongs to the environment that owns the account.
 */
function accountLogRole(scope: Construct, name: string): ApiGatewayAccount {
  const owned = comesFrom(new Construct(scope, "AccountLogRole"), ["aws", "ownsAccount"]);
  const role = new ExclusiveRole(owned, "gateway-logs", {
    name,
    description: "API Gateway writes the logs of this account's REST APIs as this role",
    trust: [
      {
        Sid: "ApiGateway",
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
    managedPolicy: PUSH_LOGS,
  });
  const account = comesFrom(new Construct(scope, "Account"), ["aws", "ownsAccount"]);
  return new ApiGatewayAccount(account, "gateway", { cloudwatchRoleArn: role.arn, dependsOn: [...role.ready] });
}
