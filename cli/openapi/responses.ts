import type { Intent, Route, Service } from "../../intent/model/intent";
import type { Json } from "./model";

/** Schemas of the answers that the front door itself gives. */
export function ownSchemas(intent: Intent): Json {
  return {
    GatewayMessage: object({ message: { type: "string" } }),
    ...(intent.gateway.kind === "rest" && {
      LimitReached: object({ message: { type: "string" }, limit: { type: "string", enum: ["quota", "throttle"] } }),
    }),
    ...(hasEnvoy(intent) && { EnvoyRefusal: object({ status: { type: "integer", enum: [401, 403] } }) }),
  };
}

/** Answers that the front door itself gives, by name. Routes refer to them. */
export function ownResponses(intent: Intent): Json {
  const isRest = intent.gateway.kind === "rest";
  const isShared = intent.handshake === "shared-issuer";
  const gateway = (description: string, schema = message()) => answer(intent, description, schema);
  const refusal = hasEnvoy(intent) ? { oneOf: [message(), { $ref: "#/components/schemas/EnvoyRefusal" }] } : message();
  const tooMany = isRest ? { $ref: "#/components/schemas/LimitReached" } : message();
  return {
    Unauthorized: gateway(
      isRest || isShared ? "The token is missing or invalid." : "There is no `Authorization` header, or it is empty.",
      refusal,
    ),
    Forbidden: gateway(forbidden(intent), refusal),
    TooLarge: gateway("The body is larger than 10 MB."),
    TooManyRequests: gateway(
      isRest
        ? "A throttle or the client's quota refused the call; `limit` says which."
        : "The throttle of the route, of the stage or of the account refused the call.",
      tooMany,
    ),
    ...(!isShared && { Undecided: gateway("The front door could not decide. Try again.") }),
    Unavailable: gateway(
      isRest ? "The service did not answer in time." : "The service did not answer, or not in time.",
    ),
  };
}

function forbidden({ handshake, gateway }: Intent): string {
  if (handshake === "shared-issuer") return "The token has none of the scopes that the route needs.";
  const token = gateway.kind === "rest" ? "The caller has" : "The token is invalid, or the caller has";
  return `${token} none of the scopes that the route needs, or the path or the caller's network is not accepted.`;
}

/** The service's own answers, and references to those of the front door that this route can have. */
export function responsesOf({ gateway, handshake }: Intent, route: Route): Json {
  const own = (name: string) => ({ $ref: `#/components/responses/${name}` });
  return {
    "2XX": { description: "The service's answer.", content: { "*/*": { schema: {} } } },
    ...(route.access.kind === "scopes" && { 401: own("Unauthorized") }),
    403: own("Forbidden"),
    ...(hasBody(route.method) && { 413: own("TooLarge") }),
    429: own("TooManyRequests"),
    ...(handshake === "federated" && { 500: own("Undecided") }),
    [gateway.kind === "rest" ? 504 : 503]: own("Unavailable"),
    default: { description: "Any other answer of the service.", content: { "*/*": { schema: {} } } },
  };
}

/** Whether a request of this method usually has a body. */
export function hasBody(method: string): boolean {
  return ["PATCH", "POST", "PUT"].includes(method);
}

function hasEnvoy({ services }: { readonly services: readonly Service[] }): boolean {
  return services.some(({ verifiesCallerToken }) => verifiesCallerToken);
}

function answer({ gateway }: Intent, description: string, schema: Json): Json {
  const requestId = gateway.kind === "rest" ? "x-amz-apigw-id" : "apigw-requestid";
  return {
    description,
    headers: { [requestId]: { description: "Quote it when you report a problem.", schema: { type: "string" } } },
    content: { "application/json": { schema } },
  };
}

function message(): Json {
  return { $ref: "#/components/schemas/GatewayMessage" };
}

function object(properties: Json): Json {
  return { type: "object", properties, required: Object.keys(properties) };
}
