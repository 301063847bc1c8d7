import { requestEvent } from "../../functions/authorizer/support/event";
import { restEvent } from "../../functions/authorizer/support/rest-event";
import { attackedKind } from "./kind";

/** The documented event with which an HTTP API asks about this token, on a route without a variable. */
export function bearerEvent(token: string, routeKey = "GET /orders") {
  return requestEvent({ routeKey, authorization: `Bearer ${token}` });
}

/** That of the kind of API which is attacked, with whatever the header holds. */
export function authorizationEvent(authorization: string, routeKey = "GET /orders") {
  if (attackedKind() === "http") return requestEvent({ routeKey, authorization });
  const [method, resource = ""] = routeKey.split(" ");
  return restEvent({ method, resource, authorization: [authorization] });
}
