import type { Resource } from "../../terraform-json/stack-json";
import type { Decision } from "./decision";

/** A route of an HTTP API or a REST API, as the ledger reads it. */
export interface GatewayRoute {
  /** `GET /orders/{id}`. */
  readonly key: string;
  /** The Cloud Run service that the route leads to; undefined for any other target. */
  readonly service: Resource | undefined;
  /** The target, in words. */
  readonly resource: string;
  /** `CUSTOM`, `JWT`, `NONE` and the like. */
  readonly authorization: string;
  /** The authorizer of this stack, if it names one. */
  readonly authorizer: Resource | undefined;
  /** Scopes that the gateway itself checks: a caller's token needs one of them. */
  readonly scopes: unknown;
  readonly decision: Decision;
  /** Other changes that the gateway makes to a request. */
  readonly handling: Decision;
}
