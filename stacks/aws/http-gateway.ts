import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { GatewayIntent } from "../../intent/model/gateway-intent";
import type { Service } from "../../intent/model/intent";
import type { RunEndpoint } from "../shared/run-endpoint";
import { AccessLog, httpLogFields, measuresLatency } from "./access-log";
import { Authorizers, type AuthorizersProps } from "./authorizers";
import type { MappedApi } from "./domain";
import { HttpApi } from "./http-api";
import { JwtAuthorizers, type JwtAuthorizersProps } from "./jwt-authorizers";
import { type GatewayHandshake, ServiceRoutes } from "./service-routes";
import { Stage } from "./stage";
import type { WatchedGateway } from "./watched";

/** What the gateway needs to know about a service. */
export interface GatewayService {
  readonly service: Service;
  readonly endpoint: RunEndpoint;
  /** Wait for these before routing to it: its AWS role, if it has one. */
  readonly after: readonly ITerraformDependable[];
}

export interface HttpGatewayProps {
  readonly prefix: string;
  readonly settings: GatewayIntent;
  /** Who authorizes calls: the functions, or the gateway itself. */
  readonly handshake: FederatedProps | SharedIssuerProps;
  readonly services: readonly GatewayService[];
  readonly logRetentionDays: number;
  /** Whether the API's own address is disabled. */
  readonly isClosed: boolean;
}

export type FederatedProps = { readonly kind: "federated" } & Omit<AuthorizersProps, "api" | "prefix">;
type SharedIssuerProps = { readonly kind: "shared-issuer" } & Omit<JwtAuthorizersProps, "api" | "prefix">;

/** An HTTP API with its routes, authorizers and stage. */
export class HttpGateway extends Construct {
  /** `https://….execute-api.….amazonaws.com/`, known after apply. */
  readonly url: string;
  /** What a domain maps to. */
  readonly mapped: MappedApi;
  readonly accessLog: AccessLog;
  readonly watched: WatchedGateway;

  constructor(scope: Construct, id: string, props: HttpGatewayProps) {
    super(scope, id);
    const routes = props.services.flatMap(({ service }) => service.routes);
    const api = new HttpApi(this, "HttpApi", {
      name: props.prefix,
      cors: props.settings.cors,
      isClosed: props.isClosed,
      methods: [...new Set(routes.map(({ method }) => method))].sort(),
    });
    const handshake = this.handshake(props, api);
    const declared = props.services.map(
      (behind) => new ServiceRoutes(this, `ServiceRoutes-${behind.service.id}`, { api, handshake, ...behind }),
    );
    this.accessLog = new AccessLog(this, "AccessLog", {
      name: props.prefix,
      id: "access",
      retentionDays: props.logRetentionDays,
      fields: httpLogFields(handshake.callerFields),
      hasLatency: measuresLatency(props.services),
    });
    const stage = new Stage(this, "Stage", {
      api,
      accessLog: this.accessLog,
      throttle: props.settings.throttle,
      routes,
      variables: handshake.stageVariables,
      after: [...handshake.ready, ...declared.flatMap((service) => service.routes)],
    });
    this.watched = { kindPrefix: "", dimensions: { ApiId: api.id }, accessLog: this.accessLog };
    this.url = stage.url;
    this.mapped = { id: api.id, stage: stage.resource.name, ready: [stage.resource] };
  }

  private handshake({ prefix, handshake }: HttpGatewayProps, api: HttpApi): GatewayHandshake {
    if (handshake.kind === "federated") return new Authorizers(this, "Authorizers", { api, prefix, ...handshake });
    return new JwtAuthorizers(this, "JwtAuthorizers", { api, prefix, ...handshake });
  }
}
