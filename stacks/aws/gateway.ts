import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GatewayIntent, Service } from "../../intent/intent";
import type { RunEndpoint } from "../run-endpoint";
import { AccessLog } from "./access-log";
import { Authorizers } from "./authorizers";
import { HttpApi } from "./http-api";
import { ServiceRoutes } from "./service-routes";
import { Stage } from "./stage";

/** A service as the gateway sees it. */
export interface GatewayService {
  readonly service: Service;
  readonly endpoint: RunEndpoint;
  /** Wait for these before routing to it: its AWS role. */
  readonly after: readonly ITerraformDependable[];
}

export interface GatewayProps {
  readonly prefix: string;
  readonly settings: GatewayIntent;
  readonly callers: LambdaFunction;
  readonly public: LambdaFunction;
  readonly policyFingerprint: string;
  readonly services: readonly GatewayService[];
  readonly logRetentionDays: number;
}

/** API Gateway, from the API to its stage. */
export class Gateway extends Construct {
  /** `https://….execute-api.….amazonaws.com/`, known after apply. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: GatewayProps) {
    super(scope, id);
    const routes = props.services.flatMap(({ service }) => service.routes);
    const api = new HttpApi(this, "HttpApi", {
      name: props.prefix,
      cors: props.settings.cors,
      methods: [...new Set(routes.map(({ method }) => method))].sort(),
    });
    const authorizers = new Authorizers(this, "Authorizers", {
      api,
      prefix: props.prefix,
      callers: props.callers,
      public: props.public,
      cacheSeconds: props.settings.authorizerCacheSeconds,
    });
    const declared = props.services.map(
      (behind) => new ServiceRoutes(this, `ServiceRoutes-${behind.service.id}`, { api, authorizers, ...behind }),
    );
    const stage = new Stage(this, "Stage", {
      api,
      accessLog: new AccessLog(this, "AccessLog", { name: props.prefix, retentionDays: props.logRetentionDays }),
      throttle: props.settings.throttle,
      routes,
      policyFingerprint: props.policyFingerprint,
      after: [props.callers, props.public, ...authorizers.ready, ...declared.flatMap((service) => service.routes)],
    });
    this.url = stage.url;
  }
}
