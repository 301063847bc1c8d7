import type { Resource } from "../terraform-json/stack-json";
import type { Decision } from "./decision";

/** A route of an API of either kind, as the ledger reads it. */
export interface GatewayRoute {
  /** `GET /orders/{id}`. */
  readonly key: string;
  /** The Cloud Run service that it leads to; undefined for anything else. */
  readonly service: Resource | undefined;
  /** Where it leads to, in words. */
  readonly resource: string;
  /** `CUSTOM`, `JWT`, `NONE` and the like. */
  readonly authorization: string;
  /** The authorizer of this stack, if it names one. */
  readonly authorizer: Resource | undefined;
  /** Scopes of which the gateway itself requires one in a caller's token. */
  readonly scopes: unknown;
  readonly decision: Decision;
  /** What else the gateway does to a request. */
  readonly handling: Decision;
}
