import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Throttle } from "../../../intent/model/gateway-intent";
import type { Route } from "../../../intent/model/intent";
import type { AccessLog } from "../access-log";
import type { RestDeployment } from "./rest-deployment";

/** A REST API's stage must have a name. Without a custom domain, the name is the first segment of every path. */
export const STAGE = "live";

export interface RestStageProps {
  readonly api: ApiGatewayRestApi;
  readonly deployment: RestDeployment;
  readonly accessLog: AccessLog;
  /** Shared by all routes without their own throttle. */
  readonly throttle?: Throttle;
  readonly routes: readonly Route[];
  readonly tracing: boolean;
  /** Fingerprint of policy and code: an identity source of every authorizer. */
  readonly policyFingerprint: string;
  /** Functions, their permissions and the account's role for logs. The stage changes after them. */
  readonly after: readonly ITerraformDependable[];
}

/** A method as a stage names it: `orders/{id}/GET`, or `~1/GET` for the root. */
export function methodPath(path: string, method: string): string {
  return `${path === "/" ? "~1" : path.slice(1)}/${method}`;
}

/** The live stage and its throttles. */
export class RestStage extends Construct {
  readonly url: string;
  readonly name: string;
  readonly arn: string;
  /** For resources that refer to the stage. */
  readonly resource: ApiGatewayStage;

  constructor(scope: Construct, id: string, props: RestStageProps) {
    super(scope, id);
    const stage = new ApiGatewayStage(this, "gateway", {
      restApiId: props.api.id,
      deploymentId: props.deployment.id,
      stageName: STAGE,
      description: "The one stage: what it serves is the newest deployment",
      variables: { policy: props.policyFingerprint },
      accessLogSettings: { destinationArn: props.accessLog.destinationArn, format: props.accessLog.format },
      xrayTracingEnabled: props.tracing,
      cacheClusterEnabled: false,
      dependsOn: [...props.after],
    });
    this.url = stage.invokeUrl;
    this.name = stage.stageName;
    this.arn = stage.arn;
    this.resource = stage;
    const settings = new Construct(this, "MethodSettings");
    this.settings(settings, "all", "*/*", props, props.throttle);
    for (const { address, path, method, throttle } of props.routes) {
      if (throttle) this.settings(settings, address, methodPath(path, method), props, throttle);
    }
  }

  private settings(scope: Construct, id: string, methodPath: string, { api }: RestStageProps, throttle?: Throttle) {
    new ApiGatewayMethodSettings(scope, id, {
      restApiId: api.id,
      stageName: this.name,
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
  }
}
