import { requestEvent } from "../../functions/authorizer/support/event";

/** The documented event with which the gateway asks about this token, on a route without a variable. */
export function bearerEvent(token: string, routeKey = "GET /orders") {
  return requestEvent({ routeKey, authorization: `Bearer ${token}` });
}
