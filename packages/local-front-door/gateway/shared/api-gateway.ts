import type { LocalNames } from "../../net/local-names";
import type { PortChoice } from "../../net/loopback";

/** A gateway of the stack, for either kind of API. */
export interface ApiGateway {
  readonly kind: "http" | "rest";
  /** `GET /orders/{id}`: every route that a service answers. */
  readonly routeKeys: readonly string[];
  /** `https://api.shop.example.com`: where callers of a deployment reach it, if it has a domain. */
  readonly deployedUrl: string | undefined;
  /** How it deviates from the stack on request. Show this wherever its answers appear. */
  readonly deviations: readonly string[];
  /** Discards all cached results of authorizers, like AWS's `ResetAuthorizersCache`. */
  resetAuthorizersCache(): void;
  /** The URL for callers. */
  start(port?: PortChoice): Promise<string>;
  /** @param graceMilliseconds how long answers in progress may still take. Default: none */
  stop(graceMilliseconds?: number): Promise<void>;
}

/** Header of every answer of a gateway whose stack is no longer that of the config. */
export const STALE_HEADER = "x-local-front-door";

export interface GatewayOptions {
  /** What `x-local-front-door` says at an answer, in ASCII. Default: there is no such header. */
  readonly stale?: () => string | undefined;
  /** Milliseconds, for cached results, throttles and quotas. Default: the clock. */
  readonly now?: () => number;
  /** Whether requests are throttled as declared. Default: true; false is a deviation, for load tests. */
  readonly throttling?: boolean;
  /**
   * Origins of this machine that the API's CORS allows in addition to the declared ones: a deviation. Default: none.
   */
  readonly localOrigins?: readonly string[];
  /** Addresses in the gateway's own answers that stand for others on this machine. Default: none. */
  readonly names?: LocalNames;
  /** Timeout of an authorizer. Default: the limit of API Gateway, 10,000 ms, or 29,000 ms for a REST API. */
  readonly authorizerMilliseconds?: number;
  /** Receives each line of the access log, in the stage's own format. */
  readonly onAccessLogLine?: (line: string) => void;
}
