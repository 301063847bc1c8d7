import type { FunctionResult } from "../../../local/function-process";
import { requestEvent } from "../../functions/authorizer/support/event";
import { restEvent } from "../../functions/authorizer/support/rest-event";
import { attackedKind } from "./kind";

/** The documented event with which the attacked kind of API asks about this token, on a route without a variable. */
export function bearerEvent(token: string, routeKey = "GET /orders") {
  return authorizationEvent(`Bearer ${token}`, routeKey);
}

/** The same, with whatever the header holds. */
export function authorizationEvent(authorization: string, routeKey = "GET /orders") {
  if (attackedKind() === "http") return requestEvent({ routeKey, authorization });
  return restEvent({ ...partsOf(routeKey), authorization: [authorization] });
}

/** That of a request without a token. */
export function anyoneEvent(routeKey: string) {
  return attackedKind() === "http" ? requestEvent({ routeKey }) : restEvent(partsOf(routeKey));
}

function partsOf(routeKey: string) {
  const [method, resource = ""] = routeKey.split(" ");
  return { method, resource };
}

interface Told {
  readonly isAuthorized?: boolean;
  readonly policyDocument?: { readonly Statement: readonly { readonly Effect: string }[] };
}

/** Whether the function said yes, in the words of the attacked kind. */
export function isAllowed(result: FunctionResult): boolean {
  if (result.kind !== "answer") return false;
  const { isAuthorized, policyDocument } = result.value as Told;
  if (attackedKind() === "http") return isAuthorized === true;
  return policyDocument?.Statement.map(({ Effect }) => Effect).join() === "Allow";
}

/** Whether it said no: of a token that proves nothing, a REST API's function says so by an error. */
export function isRefused(result: FunctionResult): boolean {
  if (result.kind === "error") return attackedKind() === "rest" && result.message === "Unauthorized";
  const { isAuthorized, policyDocument } = result.value as Told;
  if (attackedKind() === "http") return isAuthorized === false;
  return policyDocument?.Statement.map(({ Effect }) => Effect).join() === "Deny";
}
