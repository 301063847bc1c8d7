import type { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GatewayIntent, Throttle } from "../../../intent/model/gateway-intent";
import { hostVariable } from "../../../intent/model/names";
import { comesFrom, routeKey } from "../../shared/comes-from";
import type { ConfigKey } from "../../shared/sources";
import type { AccessLog } from "../access-log";
import type { GatewayService } from "../service-routes";

/** A REST API's stage must have a name. Without a custom domain, the name is the first segment of every path. */
export const STAGE = "live";

export interface RestStageProps {
  readonly api: ApiGatewayRestApi;
  readonly deployment: ApiGatewayDeployment;
  readonly accessLog: AccessLog;
  /** Its throttle is shared by all routes without their own. */
  readonly gateway: Pick<GatewayIntent, "throttle" | "tracing">;
  /** The services behind the API, whose hosts are variables of the stage. */
  readonly services: readonly GatewayService[];
  /** Fingerprint of policy and code: an identity source of every authorizer. */
  readonly policyFingerprint: string;
  /** Functions, their permissions and the account's role for logs. The stage changes after them. */
  readonly after: readonly ITerraformDependable[];
}

/** A method as a stage names it: `orders/{id}/GET`, or `~1/GET` for the root. */
function methodPath(path: string, method: string): string {
  return `${path === "/" ? "~1" : path.slice(1)}/${method}`;
}

/** The live stage and its throttles. */
export function restStage(parent: Construct, props: RestStageProps): ApiGatewayStage {
  const scope = new Construct(parent, "RestStage");
  const stage = new ApiGatewayStage(scope, "gateway", {
    restApiId: props.api.id,
    deploymentId: props.deployment.id,
    stageName: STAGE,
    description: "The one stage: what it serves is the newest deployment",
    variables: { policy: props.policyFingerprint, ...hostsOf(props.services) },
    accessLogSettings: props.accessLog.settings,
    xrayTracingEnabled: props.gateway.tracing,
    cacheClusterEnabled: false,
    dependsOn: [
      ...props.after,
      // All services wait for the same federation.
      ...new Set(props.services.flatMap(({ endpoint, after }) => [...endpoint.ready, ...after])),
    ],
  });
  comesFrom(stage, ["gateway"], { xray_tracing_enabled: ["tracing"] });
  const limit = (id: string, methodPath: string, owner: ConfigKey, throttle?: Throttle) => {
    const settings = new ApiGatewayMethodSettings(new Construct(scope, `MethodSettings-${id}`), id, {
      restApiId: props.api.id,
      stageName: stage.stageName,
      methodPath,
      settings: {
        // -1 means no limit.
        throttlingRateLimit: throttle?.ratePerSecond ?? -1,
        throttlingBurstLimit: throttle?.burst ?? -1,
        // Execution logs would show headers, including tokens.
        loggingLevel: "OFF",
        dataTraceEnabled: false,
        metricsEnabled: true,
        // A cached response could be sent to a different caller.
        cachingEnabled: false,
      },
    });
    comesFrom(settings, [...owner, "throttle"], {
      "settings.throttling_rate_limit": ["ratePerSecond"],
      "settings.throttling_burst_limit": ["burst"],
    });
  };
  limit("all", "*/*", ["gateway"], props.gateway.throttle);
  for (const { service } of props.services) {
    for (const route of service.routes) {
      const { address, path, method, throttle } = route;
      if (throttle) limit(address, methodPath(path, method), routeKey(service, route), throttle);
    }
  }
  return stage;
}

/** Hosts of the services' `run.app` URLs, by stage variable. */
function hostsOf(services: readonly GatewayService[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    services.map(({ service, endpoint }) => [hostVariable(service.id), Fn.trimprefix(endpoint.url, "https://")]),
  );
}
