import type { APIGatewayAuthorizerWithContextResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { TRACEPARENT_HEADER, traceIdOf } from "../../../contract/trace-context";
import { Trace } from "../request/log";
import { forbidden, type Outcome, unavailable } from "../request/outcome";
import { type AuthorizerContext, contextOf, NONE } from "./context";
import { type AuthorizationRequest, type Decider, decide } from "./decide";
import { headerValues } from "./header-values";
import type { HandlerProps } from "./http-api";

type RestContext = { -readonly [K in keyof AuthorizerContext]: AuthorizerContext[K] };
type Answer = APIGatewayAuthorizerWithContextResult<RestContext>;

export type RestApiHandler = (event: APIGatewayRequestAuthorizerEvent) => Promise<Answer>;

/** The caller to which a call's usage counts if the policy does not name the actual one. */
const ANYBODY = "anonymous";

/**
 * A Lambda authorizer of a REST API. It answers with an IAM policy for exactly the method and path of the request. A
 * missing or invalid token becomes 401, and a call that cannot be decided 500: both throw and are never cached. A
 * refusal is a Deny, 403, cached like an Allow. The event does not name the identity sources: a policy rule checks them
 * where they are declared.
 */
export function restApiHandler({ kind, policy, rules, decider, write }: HandlerProps): RestApiHandler {
  return async (event) => {
    const key = `${event.httpMethod} ${event.resource}`;
    const pathRule = rules.get(key);
    const route = pathRule && policy.routes[key];
    const requestId = event.requestContext?.extendedRequestId ?? NONE;
    const [traceparent, second] = headerValues(event.multiValueHeaders, TRACEPARENT_HEADER);
    const traceId = second === undefined ? traceIdOf(traceparent) : undefined;
    const subject = { requestId, route: NONE, service: NONE, traceId };
    const trace = new Trace(route ? { ...subject, route: key, service: route.service } : subject, write);
    const host = event.requestContext?.domainName ?? "";
    const known = route && { route, pathRule, path: event.path, host };
    const outcome = await judge(kind, event, known, decider, trace).catch(() => unavailable("internal"));
    trace.finish(outcome);
    return answer(outcome, event.methodArn, policy.usageKeys);
  };
}

async function judge(
  kind: "callers" | "public",
  event: APIGatewayRequestAuthorizerEvent,
  known: Omit<AuthorizationRequest, "authorization"> | undefined,
  decider: Decider,
  trace: Trace,
): Promise<Outcome> {
  if (!event.stageVariables?.policy) return unavailable("identity-sources");
  // A route may be live before the function has the new policy. Until then its calls are denied.
  if (known === undefined) return forbidden("route-unknown");
  const scoped = known.route.access !== "public";
  if (scoped !== (kind === "callers")) return unavailable("route-kind");
  // The event contains the path three times. If they differed, the path rule could check the wrong one.
  const isThePath =
    event.methodArn.endsWith(`/${event.httpMethod}${known.path}`) && event.requestContext.path.endsWith(known.path);
  if (!isThePath) return forbidden("path-mismatch");
  return decide(
    decider,
    { ...known, authorization: scoped ? headerValues(event.multiValueHeaders, "authorization") : [] },
    trace,
  );
}

function answer(outcome: Outcome, methodArn: string, usageKeys: Readonly<Record<string, string>> | undefined): Answer {
  // A REST API turns exactly this message into 401.
  if (outcome.decision === "unauthenticated") throw new Error("Unauthorized");
  const context = contextOf(outcome);
  const Effect = outcome.decision === "allowed" ? "Allow" : "Deny";
  return {
    principalId: context.client,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect, Resource: methodArn }],
    },
    context,
    ...(usageKeys && { usageIdentifierKey: usageKeys[context.client] ?? usageKeys[ANYBODY] }),
  };
}
