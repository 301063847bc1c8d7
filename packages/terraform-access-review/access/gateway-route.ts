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
  /** Of this stack, if it names one. */
  readonly authorizer: Resource | undefined;
  /** That a caller's token must have one of, to the gateway itself. */
  readonly scopes: unknown;
  readonly decision: Decision;
  /** What the gateway does to a request besides. */
  readonly handling: Decision;
}
