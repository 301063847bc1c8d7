import { Trace } from "../../../functions/authorizer/request/log";

/** A trace whose line is not read. */
export function silentTrace(): Trace {
  return new Trace({ requestId: "request-1", route: "GET /orders", service: "orders" }, () => {});
}
