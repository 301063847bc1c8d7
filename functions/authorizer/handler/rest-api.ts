import type { APIGatewayAuthorizerWithContextResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { TRACEPARENT_HEADER } from "../../../contract/trace-context";
import type { Trace } from "../request/log";
import { forbidden, type Outcome, unavailable } from "../request/outcome";
import { decide } from "./decide";
import {
  type AuthorizerContext,
  contextOf,
  type HandlerProps,
  headerValues,
  judged,
  type KnownRequest,
} from "./judged";

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
export function restApiHandler(props: HandlerProps): RestApiHandler {
  const { kind, policy, decider } = props;
  return async (event) => {
    const key = `${event.httpMethod} ${event.resource}`;
    const [traceparent, second] = headerValues(event.multiValueHeaders, TRACEPARENT_HEADER);
    const judge = async (known: KnownRequest | undefined, trace: Trace) => {
      if (!event.stageVariables?.policy) return unavailable("identity-sources");
      // A route may be live before the function has the new policy. Until then its calls are denied.
      if (known === undefined) return forbidden("route-unknown");
      const { access, mcp } = known.route;
      const scoped = access !== "public";
      if (scoped !== (kind === "callers")) return unavailable("route-kind");
      // The event contains the path three times. If they differed, the path rule could check the wrong one.
      const isThePath =
        event.methodArn.endsWith(`/${event.httpMethod}${known.path}`) && event.requestContext.path.endsWith(known.path);
      if (!isThePath) return forbidden("path-mismatch");
      const origins = mcp ? headerValues(event.multiValueHeaders, "origin") : [];
      if (origins.some((each) => !mcp?.origins.includes(each))) return forbidden("origin");
      const authorization = scoped ? headerValues(event.multiValueHeaders, "authorization") : [];
      return decide(decider, { ...known, authorization }, trace);
    };
    const { requestContext, path } = event;
    const host = requestContext?.domainName;
    const requestId = requestContext?.extendedRequestId;
    const called = { key, path, host, requestId, traceparent: second === undefined ? traceparent : undefined };
    return answer(await judged(props, called, judge), event.methodArn, policy);
  };
}

function answer(outcome: Outcome, methodArn: string, { usageKeys }: AuthorizerPolicy): Answer {
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
