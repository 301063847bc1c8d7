import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { LOG_IDS } from "../../../contract/trace-context";
import type { GatewayIntent } from "../../../intent/model/gateway-intent";
import type { Service } from "../../../intent/model/intent";
import { AccessLog, measuresLatency } from "../access-log";
import type { InvocationTarget } from "../authorizer-function";
import type { MappedApi } from "../domain";
import type { GatewayService } from "../http-gateway";
import { WebAcl } from "../waf/web-acl";
import type { WatchedGateway } from "../watched";
import { AccountLogRole } from "./account-log-role";
import { GatewayResponses } from "./gateway-responses";
import { NetworkPolicy } from "./network-policy";
import { Preflights } from "./preflights";
import { RestApi } from "./rest-api";
import { RestAuthorizers } from "./rest-authorizers";
import { RestDeployment } from "./rest-deployment";
import { RestMethods } from "./rest-methods";
import { RestResources } from "./rest-resources";
import { RestStage, STAGE } from "./rest-stage";
import { UsagePlans } from "./usage-plans";

export interface RestGatewayProps {
  readonly prefix: string;
  readonly settings: GatewayIntent;
  readonly callers: InvocationTarget;
  readonly public: InvocationTarget;
  readonly policyFingerprint: string;
  readonly services: readonly GatewayService[];
  readonly logRetentionDays: number;
  /** Whether the API's own address is disabled. */
  readonly isClosed: boolean;
  /** Name of the account's role for API Gateway's logs, if this environment sets it. */
  readonly logRoleName?: string;
}

/**
 * The access log's fields with a REST API's variables, in the order of an HTTP API's: values from callers come first. A
 * REST API has no variable for `processedBytes`, an HTTP API's last field.
 */
const LOG_FIELDS = {
  subject: "$context.authorizer.subject",
  client: "$context.authorizer.client",
  callerKind: "$context.authorizer.callerKind",
  issuer: "$context.authorizer.issuer",
  decision: "$context.authorizer.decision",
  [LOG_IDS.request]: "$context.extendedRequestId",
  time: "$context.requestTimeEpoch",
  route: "$context.httpMethod $context.resourcePath",
  status: "$context.status",
  responseLatencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integration.latency",
  integrationStatus: "$context.integration.status",
  integrationError: "$context.integration.error",
  authorizerError: "$context.authorizer.error",
  sourceIp: "$context.identity.sourceIp",
  responseBytes: "$context.responseLength",
} as const;

/**
 * With X-Ray's id, which joins the line to the trace in AWS and to the header that API Gateway sends on. It comes first,
 * because a caller can send that header as well.
 */
const TRACED_FIELDS = { [LOG_IDS.xray]: "$context.xrayTraceId", ...LOG_FIELDS } as const;

/** A REST API with its resources, authorizers and stage. */
export class RestGateway extends Construct {
  /** `https://….execute-api.….amazonaws.com/live`, known after apply. */
  readonly url: string;
  /** What a domain maps to. */
  readonly mapped: MappedApi;
  readonly accessLog: AccessLog;
  readonly watched: WatchedGateway;
  /** Log of the web ACL, if there is one. */
  readonly firewallLog?: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: RestGatewayProps) {
    super(scope, id);
    const { prefix, settings } = props;
    const { cors, plans, allowedNetworks: networks, waf } = settings;
    const hasPlans = plans.length > 0;
    const routes = props.services.flatMap(({ service }) => service.routes);
    const api = new RestApi(this, "RestApi", { name: prefix, hasPlans, isClosed: props.isClosed });
    const resources = new RestResources(this, "RestResources", { api, paths: routes.map(({ path }) => path) });
    const authorizers = new RestAuthorizers(this, "RestAuthorizers", {
      api,
      prefix,
      callers: props.callers,
      public: props.public,
      cacheSeconds: settings.authorizerCacheSeconds,
    });
    const methods = props.services.map(
      (behind) =>
        new RestMethods(this, `RestMethods-${behind.service.id}`, { api, resources, authorizers, hasPlans, ...behind }),
    );
    const responses = new GatewayResponses(this, "GatewayResponses", { api, hasCors: cors !== undefined });
    const preflights =
      cors && new Preflights(this, "Preflights", { api, resources, cors, methods: methodsByPath(props.services) });
    const policy =
      networks && new NetworkPolicy(this, "NetworkPolicy", { api, networks, hasPreflights: cors !== undefined });
    const deployment = new RestDeployment(this, "RestDeployment", {
      api,
      served: [
        api.resource,
        ...resources.resources,
        ...authorizers.resources,
        ...methods.flatMap((each) => each.resources),
        ...responses.resources,
        ...(preflights?.served ?? []),
        ...(policy ? [policy.resource] : []),
      ],
    });
    const logRole =
      props.logRoleName === undefined
        ? []
        : [new AccountLogRole(this, "AccountLogRole", { name: props.logRoleName }).ready];
    this.accessLog = new AccessLog(this, "AccessLog", {
      name: prefix,
      id: "rest-access",
      retentionDays: props.logRetentionDays,
      fields: settings.tracing ? TRACED_FIELDS : LOG_FIELDS,
      hasLatency: measuresLatency(props.services),
    });
    const stage = new RestStage(this, "RestStage", {
      api,
      deployment,
      accessLog: this.accessLog,
      throttle: settings.throttle,
      routes,
      tracing: settings.tracing,
      policyFingerprint: props.policyFingerprint,
      after: [...props.callers.ready, ...props.public.ready, ...authorizers.ready, ...logRole],
    });
    if (hasPlans) new UsagePlans(this, "UsagePlans", { api, stage, prefix, plans });
    if (waf) {
      const { logRetentionDays } = props;
      this.firewallLog = new WebAcl(this, "WebAcl", { prefix, waf, stageArn: stage.arn, logRetentionDays }).log;
    }
    this.watched = {
      kindPrefix: "rest-",
      dimensions: { ApiName: prefix, Stage: STAGE },
      accessLog: this.accessLog,
    };
    this.url = stage.url;
    this.mapped = { id: api.id, stage: stage.name, ready: [stage.resource] };
  }
}

function methodsByPath(services: readonly { readonly service: Service }[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { path, method } of services.flatMap(({ service }) => service.routes)) {
    found.set(path, [...(found.get(path) ?? []), method]);
  }
  return found;
}
