import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GatewayIntent, Throttle } from "../../intent/model/gateway-intent";
import type { Intent, Route } from "../../intent/model/intent";
import { comesFrom, routeKey } from "../shared/comes-from";
import type { ConfigKey } from "../shared/sources";
import { type AccessLog, declareAccessLog, httpLogFields, measuresLatency } from "./access-log";
import { type AuthorizersProps, federatedHandshake } from "./authorizers";
import { isClosed, type MappedApi } from "./domain";
import { type JwtAuthorizersProps, sharedIssuerHandshake } from "./jwt-authorizers";
import { type GatewayHandshake, type GatewayService, serviceRoutes } from "./service-routes";
import type { WatchedGateway } from "./watched";

export interface GatewayProps {
  readonly intent: Pick<Intent, "aws" | "gateway" | "logs" | "prefix">;
  readonly services: readonly GatewayService[];
}

export interface HttpGatewayProps extends GatewayProps {
  /** Who authorizes calls: the functions, or the gateway itself. */
  readonly handshake: FederatedProps | SharedIssuerProps;
}

export type FederatedProps = { readonly kind: "federated" } & Omit<AuthorizersProps, "api" | "prefix">;
type SharedIssuerProps = { readonly kind: "shared-issuer" } & Omit<JwtAuthorizersProps, "api" | "prefix">;

/** An HTTP API with its routes, authorizers and stage. */
export class HttpGateway extends Construct {
  /** `https://….execute-api.….amazonaws.com/`, known after apply. */
  readonly url: string;
  /** What a domain maps to. */
  readonly mapped: MappedApi;
  readonly watched: WatchedGateway;
  /** After these, a route can be decided. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: HttpGatewayProps) {
    super(scope, id);
    const { prefix, logs } = props.intent;
    comesFrom(this, ["gateway"], gatewayKeys(props.intent.gateway));
    const api = this.api(props);
    const handshake = this.handshake(props, api);
    this.ready = handshake.ready;
    const routes = props.services.flatMap((behind) =>
      serviceRoutes(new Construct(this, `ServiceRoutes-${behind.service.id}`), { api, handshake, ...behind }),
    );
    const accessLog = declareAccessLog(this, {
      name: prefix,
      id: "access",
      retentionDays: logs.retentionDays,
      fields: httpLogFields(handshake.callerFields),
      hasLatency: measuresLatency(props.services),
    });
    const stage = this.stage(api, props, accessLog, handshake.stageVariables, [...handshake.ready, ...routes]);
    this.watched = { kindPrefix: "", dimensions: { ApiId: api.id }, accessLog };
    this.url = stage.invokeUrl;
    this.mapped = { id: api.id, stage: stage.name, ready: [stage] };
  }

  private api({ intent: { prefix, gateway }, services }: HttpGatewayProps): Apigatewayv2Api {
    const { cors } = gateway;
    return new Apigatewayv2Api(this, "gateway", {
      name: prefix,
      description: "Front door of the team's Cloud Run services",
      protocolType: "HTTP",
      disableExecuteApiEndpoint: isClosed(gateway),
      corsConfiguration: cors && {
        allowOrigins: [...cors.origins],
        allowMethods: [...new Set(routesOf(services).map(({ method }) => method))].sort(),
        allowHeaders: [...cors.headers],
        // The request id, so that a page can show it for support requests.
        exposeHeaders: ["apigw-requestid"],
        maxAge: cors.maxAgeSeconds,
        // Tokens are sent in a header. Without cookies, no page can misuse a person's session.
        allowCredentials: false,
      },
    });
  }

  /**
   * The `$default` stage. It deploys automatically, so each change of the API is live immediately. The stage itself
   * changes last: when its variable names a policy, the functions already use that policy.
   */
  private stage(
    api: Apigatewayv2Api,
    { intent: { gateway }, services }: HttpGatewayProps,
    accessLog: AccessLog,
    variables: GatewayHandshake["stageVariables"],
    after: ITerraformDependable[],
  ): Apigatewayv2Stage {
    const throttles = services.flatMap(({ service }) =>
      service.routes.flatMap((route) => Object.entries(throttledBy(routeKey(service, route), `[${route.key}]`))),
    );
    const scope = comesFrom(new Construct(this, "Stage"), [], Object.fromEntries(throttles));
    const stage = new Apigatewayv2Stage(scope, "gateway", {
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      stageVariables: variables,
      accessLogSettings: accessLog.settings,
      defaultRouteSettings: gateway.throttle && limits(gateway.throttle),
      routeSettings: routesOf(services).flatMap(({ key, throttle }) =>
        throttle ? [{ routeKey: key, ...limits(throttle) }] : [],
      ),
      dependsOn: after,
    });
    return comesFrom(stage, ["gateway"], throttledBy([]));
  }

  private handshake({ intent: { prefix }, handshake }: HttpGatewayProps, api: Apigatewayv2Api): GatewayHandshake {
    if (handshake.kind === "federated") return federatedHandshake(this, { api, prefix, ...handshake });
    return sharedIssuerHandshake(this, { api, prefix, ...handshake });
  }
}

function routesOf(services: readonly GatewayService[]): readonly Route[] {
  return services.flatMap(({ service }) => service.routes);
}

/** The keys of settings that an API and its stage have in common, by attribute. */
export function gatewayKeys({ mutualTls }: GatewayIntent): Readonly<Record<string, ConfigKey>> {
  return {
    cors_configuration: ["cors"],
    "cors_configuration.allow_headers": ["cors", "headers"],
    "cors_configuration.allow_origins": ["cors", "origins"],
    "cors_configuration.max_age": ["cors", "maxAgeSeconds"],
    // With mutual TLS, every address that does not require a certificate is closed.
    disable_execute_api_endpoint: [mutualTls === undefined ? "domain" : "mutualTls"],
    mutual_tls_authentication: ["mutualTls"],
    web_acl_arn: ["waf"],
  };
}

/** The keys of a throttle. `route` is its route in brackets: the stage has those of all routes. */
function throttledBy(owner: ConfigKey, route = ""): Readonly<Record<string, ConfigKey>> {
  return {
    [`throttling_rate_limit${route}`]: [...owner, "throttle", "ratePerSecond"],
    [`throttling_burst_limit${route}`]: [...owner, "throttle", "burst"],
  };
}

/** Always sets both limits: the provider writes a missing one as zero, which refuses every call. */
function limits(throttle: Throttle) {
  return { throttlingRateLimit: throttle.ratePerSecond, throttlingBurstLimit: throttle.burst };
}
