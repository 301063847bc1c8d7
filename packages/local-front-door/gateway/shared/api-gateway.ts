import type { PortChoice } from "../../net/loopback";

/** A gateway of the stack, whatever kind of API it is. */
export interface ApiGateway {
  readonly kind: "http" | "rest";
  /** `GET /orders/{id}`: every route that a service answers. */
  readonly routeKeys: readonly string[];
  /** How it differs from the stack on request: to be shown wherever its answers are. */
  readonly deviations: readonly string[];
  /** As AWS's operation of this name: no answer of an authorizer is kept any longer. */
  resetAuthorizersCache(): void;
  /** The URL callers call. */
  start(port?: PortChoice): Promise<string>;
  /** @param graceMilliseconds for answers that are under way. Default: none */
  stop(graceMilliseconds?: number): Promise<void>;
}

export interface GatewayOptions {
  /** Milliseconds, for cached results, throttles and quotas. Default: the clock. */
  readonly now?: () => number;
  /** Whether requests are throttled as declared. Default: true; false is a deviation, for load tests. */
  readonly throttling?: boolean;
  /** Origins of this machine that the API's CORS lets in next to the declared ones: a deviation. Default: none. */
  readonly localOrigins?: readonly string[];
  /** How long an authorizer may take. Default: the limit of API Gateway, 10,000 ms or 29,000 ms under REST. */
  readonly authorizerMilliseconds?: number;
  /** Gets each line of the access log, in the stage's own format. */
  readonly onAccessLogLine?: (line: string) => void;
}
