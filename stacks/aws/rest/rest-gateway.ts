import { createHash } from "node:crypto";
import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { ApiGatewayApiKey } from "@cdktf/provider-aws/lib/api-gateway-api-key";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayRestApiPolicy } from "@cdktf/provider-aws/lib/api-gateway-rest-api-policy";
import type { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { ApiGatewayUsagePlanKey } from "@cdktf/provider-aws/lib/api-gateway-usage-plan-key";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { GatewayDocument, GatewayIntent, UsagePlan, UsagePlanMember } from "../../../intent/model/gateway-intent";
import type { Route } from "../../../intent/model/intent";
import { gatewayLogsRole } from "../../../intent/model/names";
import { comesFrom } from "../../shared/comes-from";
import { resolved } from "../../shared/resolved";
import type { ConfigKey } from "../../shared/sources";
import { declareAccessLog, measuresLatency, restLogFields } from "../access-log";
import { isClosed, type MappedApi } from "../domain";
import { ExclusiveRole } from "../exclusive-role";
import { type FederatedProps, type GatewayProps, gatewayKeys } from "../http-gateway";
import { policyDocument, type Statement } from "../policy-document";
import { declareWebAcl } from "../waf/web-acl";
import type { WatchedGateway } from "../watched";
import { declareDocuments, declareResources, preflights, restAuthorizers, restMethods } from "./rest-methods";
import { restStage, STAGE } from "./rest-stage";

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
    const routes = props.services.flatMap(({ service }) => service.routes);
    const published = gateway.mcp?.documents ?? [];
    const resources = declareResources(
      this,
      api,
      [...routes, ...published].map(({ path }) => path),
    );
    const authorizers = restAuthorizers(this, { ...props, api, prefix, hasMcp: gateway.mcp !== undefined });
    const methods = props.services.flatMap(({ service }) => {
      const scope = new Construct(this, `RestMethods-${service.id}`);
      return restMethods(scope, { api, resources, authorizers, hasPlans, service });
    });
    const responses = gatewayResponses(this, api, gateway);
    const answers = cors ? preflights(this, { api, resources, cors, methods: methodsByPath(routes, published) }) : [];
    const documents = gateway.mcp ? declareDocuments(this, { api, resources, mcp: gateway.mcp }) : [];
    const policy = networks && networkPolicy(this, api, networks, gateway);
    const deployment = restDeployment(this, api, [
      api,
      ...resources.resources,
      ...authorizers.resources,
      ...methods,
      ...responses,
      ...answers,
      ...documents,
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

/** Methods that a page may use, by path. */
function methodsByPath(
  routes: readonly Pick<Route, "method" | "path">[],
  documents: readonly GatewayDocument[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { path, method } of [...routes, ...documents.map(({ path }) => ({ path, method: "GET" }))]) {
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
 * What the gateway answers itself, preflights and documents, has no authorizer, so the policy must allow it.
 */
function networkPolicy(
  scope: Construct,
  api: ApiGatewayRestApi,
  networks: readonly string[],
  { cors, mcp }: Pick<GatewayIntent, "cors" | "mcp">,
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
  const documents: Statement = {
    Sid: "Documents",
    Effect: "Allow",
    ...every,
    Resource: mcp?.documents.map(({ path }) => `${api.executionArn}/${STAGE}/GET${path}`) ?? [],
  };
  const declared = new ApiGatewayRestApiPolicy(new Construct(scope, "NetworkPolicy"), "gateway", {
    restApiId: api.id,
    policy: policyDocument(elsewhere, ...(cors ? [preflights] : []), ...(mcp ? [documents] : [])),
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

/** Names the limit that applied. It reveals nothing that the caller does not know. */
const TOO_MANY = {
  "quota-exceeded": { type: "QUOTA_EXCEEDED", limit: "quota", text: "the quota of this client is used up" },
  throttled: { type: "THROTTLED", limit: "throttle", text: "too many requests at once" },
} as const;

/**
 * The responses that the gateway itself generates. If pages of other origins may call, they may also read refusals, which
 * contain no personal data.
 */
function gatewayResponses(
  scope: Construct,
  { id: restApiId }: ApiGatewayRestApi,
  { cors, mcp }: Pick<GatewayIntent, "cors" | "mcp">,
): readonly ApiGatewayGatewayResponse[] {
  const hasCors = cors !== undefined;
  const responseParameters: Record<string, string> = hasCors
    ? { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" }
    : {};
  const exposed: Record<string, string> = hasCors
    ? { "gatewayresponse.header.Access-Control-Expose-Headers": "'WWW-Authenticate'" }
    : {};
  const defaults = Object.entries({ "default-4xx": "DEFAULT_4XX", "default-5xx": "DEFAULT_5XX" });
  return [
    ...(hasCors ? defaults : []).map(
      ([name, responseType]) =>
        new ApiGatewayGatewayResponse(scope, name, { restApiId, responseType, responseParameters }),
    ),
    ...(mcp === undefined ? [] : ["unauthorized", "access-denied"]).map((name) =>
      comesFrom(
        new ApiGatewayGatewayResponse(scope, name, {
          restApiId,
          responseType: name.toUpperCase().replace("-", "_"),
          responseParameters: {
            ...responseParameters,
            ...exposed,
            "gatewayresponse.header.WWW-Authenticate": `'${mcp?.challenge}'`,
          },
        }),
        ["services", mcp?.service ?? "", "mcp"],
      ),
    ),
    ...Object.entries(TOO_MANY).map(
      ([name, { type, limit, text }]) =>
        new ApiGatewayGatewayResponse(scope, name, {
          restApiId,
          responseType: type,
          statusCode: "429",
          responseParameters,
          responseTemplates: { "application/json": JSON.stringify({ message: text, limit }) },
        }),
    ),
  ];
}

/**
 * The snapshot that a stage serves. A new one is made only when its content changes. The trigger has two hashes: of the
 * declarations, and of the values of their references, known only after an apply.
 *
 * @param served everything in the snapshot: the API, authorizers, methods, integrations, responses
 */
function restDeployment(
  parent: Construct,
  api: ApiGatewayRestApi,
  served: readonly TerraformResource[],
): ApiGatewayDeployment {
  const scope = new Construct(parent, "RestDeployment");
  const declared = served.map((resource) => declaration(scope, resource)).sort();
  const references = [...new Set(declared.flatMap(referencesIn))].filter((each) => !KNOWN.test(each)).sort();
  const digest = createHash("sha256").update(declared.join("\n")).digest("hex").slice(0, 16);
  return new ApiGatewayDeployment(scope, "gateway", {
    restApiId: api.id,
    // Written as a Terraform expression, because cdktf's function would escape the references into constants.
    triggers: { redeployment: `${digest}-\${sha256(jsonencode([${references.join(", ")}]))}` },
    lifecycle: { createBeforeDestroy: true },
    dependsOn: [...served],
  });
}

/** One line per resource: its address, and its body with sorted keys. */
function declaration(scope: Construct, resource: TerraformResource): string {
  const { resource: declared } = resolved(scope, resource.toTerraform());
  const [all] = Object.values(declared[resource.terraformResourceType]) as [Readonly<Record<string, unknown>>];
  const { "//": _, depends_on: __, ...body } = all;
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId} ${JSON.stringify(sorted(body))}`;
}

/** References whose values are already in the declarations. */
const KNOWN = /\.(http_method|status_code)$/;

function referencesIn(text: string): readonly string[] {
  // `$${` is an escaped literal. A variable in a response template starts with `$` only.
  return [...text.matchAll(/(?<!\$)\$\{([a-z0-9_]+\.[A-Za-z0-9_-]+\.[a-z0-9_]+)\}/g)].map(
    ([, reference = ""]) => reference,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}

/**
 * Each caller's quota and throttle. A key identifies a caller and grants no access: callers do not send it, the
 * authorizer returns it. AWS applies these limits on a best-effort basis. They limit costs and are not a security
 * boundary.
 *
 * @param prefix of the keys' names
 */
function declareUsagePlans(
  parent: Construct,
  api: ApiGatewayRestApi,
  stage: ApiGatewayStage,
  prefix: string,
  plans: readonly UsagePlan[],
): void {
  const scope = new Construct(parent, "UsagePlans");
  const keys = new Construct(scope, "Keys");
  const members = new Construct(scope, "Members");
  for (const { id, name, client, quota, throttle, members: callers } of plans) {
    const plan = new ApiGatewayUsagePlan(scope, id, {
      name,
      apiStages: [{ apiId: api.id, stage: stage.stageName }],
      ...(quota && { quotaSettings: { limit: quota.requests, period: quota.per.toUpperCase() } }),
      ...(throttle && {
        throttleSettings: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst },
      }),
    });
    comesFrom(plan, client === undefined ? DEFAULT_PLAN : ["clients", client], {
      quota_settings: ["quota"],
      "quota_settings.limit": ["quota", "requests"],
      "quota_settings.period": ["quota", "per"],
      throttle_settings: ["throttle"],
      "throttle_settings.rate_limit": ["throttle", "ratePerSecond"],
      "throttle_settings.burst_limit": ["throttle", "burst"],
    });
    for (const { caller, address, key: value, owner } of callers) {
      const key = new ApiGatewayApiKey(keys, address, {
        name: `${prefix}-${address}`,
        description: `Counts the usage of ${caller}; opens nothing`,
        value,
      });
      const member = { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id };
      const counted = new ApiGatewayUsagePlanKey(members, address, member);
      for (const each of [key, counted]) comesFrom(each, ownerKey(owner), { usage_plan_id: ["quota"] });
    }
  }
}

const DEFAULT_PLAN = ["gateway", "defaultPlan"];

function ownerKey(owner: UsagePlanMember["owner"]): ConfigKey {
  if (owner === undefined) return DEFAULT_PLAN;
  return owner.kind === "clients" ? ["clients", owner.id] : ["issuers", owner.id, "clients"];
}
