import { Trace } from "../../../functions/authorizer/request/log";

/** A trace for tests that do not read its log line. */
export function silentTrace(): Trace {
  return new Trace({ requestId: "request-1", route: "GET /orders", service: "orders" }, () => {});
}
