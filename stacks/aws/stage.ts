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
  /** For all routes together that have none of their own. */
  readonly throttle?: Throttle;
  readonly routes: readonly Route[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Routes and whatever decides on them: the stage changes after them. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The `$default` stage. It deploys by itself, so each change of the API is live when it is made; the stage's own comes
 * last: where its variable names a policy, the functions already decide by it.
 */
export class Stage extends Construct {
  readonly url: string;
  /** For what leads to the stage. */
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

/** Always both: of a missing one the provider makes a zero, which refuses every call. */
function limits(throttle: Throttle) {
  return { throttlingRateLimit: throttle.ratePerSecond, throttlingBurstLimit: throttle.burst };
}
