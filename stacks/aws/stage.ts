import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Throttle } from "../../intent/model/gateway-intent";
import type { Route } from "../../intent/model/intent";
import type { AccessLog } from "./access-log";
import type { HttpApi } from "./http-api";

export interface StageProps {
  readonly api: HttpApi;
  readonly accessLog: AccessLog;
  /** Shared by all routes without their own throttle. */
  readonly throttle?: Throttle;
  readonly routes: readonly Route[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Routes and their authorizers. The stage changes after them. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The `$default` stage. It deploys automatically, so each change of the API is live at once. The stage itself changes
 * last: when its variable names a policy, the functions already use that policy.
 */
export class Stage extends Construct {
  readonly url: string;
  /** For resources that refer to the stage. */
  readonly resource: Apigatewayv2Stage;

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id);
    const stage = new Apigatewayv2Stage(this, "gateway", {
      apiId: props.api.id,
      name: "$default",
      autoDeploy: true,
      stageVariables: props.variables,
      accessLogSettings: { destinationArn: props.accessLog.destinationArn, format: props.accessLog.format },
      defaultRouteSettings: props.throttle && limits(props.throttle),
      routeSettings: props.routes.flatMap(({ key, throttle }) =>
        throttle ? [{ routeKey: key, ...limits(throttle) }] : [],
      ),
      dependsOn: [...props.after],
    });
    this.url = stage.invokeUrl;
    this.resource = stage;
  }
}

/** Always sets both limits: the provider writes a missing one as zero, which refuses every call. */
function limits(throttle: Throttle) {
  return { throttlingRateLimit: throttle.ratePerSecond, throttlingBurstLimit: throttle.burst };
}
