import { becauseOf, type RouteInWords } from "../../packages/local-front-door/page/headline";
import { HOP_TITLES } from "../../packages/local-front-door/page/hop-titles";
import { type AccessLine, type DecisionLine, envoyLine, printedText } from "./lines";
import type { LogEntry } from "./log-source";

/** The lines that show who called, and why the request got its answer. */
export interface Deciding {
  readonly access: AccessLine | undefined;
  /** The authorizer's line of this request, or the one that filled the cache. */
  readonly decision: DecisionLine | undefined;
  readonly envoy: LogEntry | undefined;
  /** Cloud Run's line. */
  readonly run: LogEntry | undefined;
  readonly route: RouteInWords | undefined;
  /** Reasons of the decisions that the gateway may have replayed. */
  readonly replayed?: readonly string[];
  /** Whether a web ACL decides before the authorizer. */
  readonly hasFirewall?: boolean;
  /** Whether functions decide. Otherwise the gateway's JWT authorizer does. */
  readonly byFunctions: boolean;
}

/** The caller as a log names it. Undefined if no log names a verified caller. */
export function callerInLogs({ access, decision, envoy, route, byFunctions }: Deciding): string | undefined {
  const named = (envoy && envoyLine(envoy)?.client) ?? decision?.client ?? access?.client;
  if (named !== undefined) return named;
  // Only a public route allows a call without a caller.
  if ([decision?.decision, access?.decision].includes("allowed")) return "anyone";
  if (route?.isPublic && access?.integrationStatus !== undefined) return "anyone";
  return byFunctions && access?.status === 401 && decision === undefined ? "no token" : undefined;
}

/** In the words of the local front door's page. */
export function reasonInWords(deciding: Deciding): string {
  const { access, decision, envoy, run, route } = deciding;
  const needs = route?.needs;
  if (access === undefined) return withoutGateway(deciding);
  const { status, integrationStatus } = access;
  if (decision?.reason !== undefined) return becauseOf(decision.reason, needs) ?? decision.reason;
  if (status < 400) return route?.isPublic ? "allowed; the route is public" : "allowed";
  if (integrationStatus === undefined) return ownReason(deciding);
  const atEnvoy = envoy && envoyLine(envoy);
  if (atEnvoy?.allowed === false) return `${HOP_TITLES.envoy.title}: ${atEnvoy.reason}`;
  if (run?.textPayload !== undefined) return `${HOP_TITLES["cloud-run"].title}: ${printedText(run)}`;
  return "the service's own answer";
}

/** The reason for an answer that the gateway gave itself. */
function ownReason({ access, route, byFunctions, decision, replayed = [], hasFirewall }: Deciding): string {
  const { status = 0, authorizerError, integrationError } = access ?? {};
  const title = HOP_TITLES.gateway.title;
  if (integrationError !== undefined) return `${title}: ${integrationError}`;
  // A REST API answers 403 to a call that has no route, and so does a firewall.
  if (access?.route === undefined && (status === 404 || status === 403)) {
    return `${becauseOf("no-route", undefined)}${hasFirewall ? ", or the firewall blocked the call" : ""}`;
  }
  if (status === 413) return becauseOf("body-size", undefined) ?? "";
  if (status === 431) return becauseOf("head-size", undefined) ?? "";
  if (status === 429) return becauseOf("throttle", undefined) ?? "";
  if (!byFunctions) {
    if (status === 403) return becauseOf("scope", route?.needs) ?? "";
    return `${HOP_TITLES["jwt-authorizer"].title}: ${authorizerError ?? "the token is missing or not valid"}`;
  }
  if (decision === undefined && status === 401) return becauseOf("identity-source", route?.needs) ?? "";
  if (replayed.length > 0) return `${title}: refused from its cache, for one of: ${replayed.join(", ")}`;
  if (authorizerError !== undefined) return `${title}: ${authorizerError}`;
  return `${title}: refused; no line of the authorizer gives the reason`;
}

/** The reason for an answer of a request without a line in the access log. */
function withoutGateway({ envoy, decision, route }: Deciding): string {
  if (decision !== undefined) {
    return decision.reason === undefined ? decision.decision : (becauseOf(decision.reason, route?.needs) ?? "");
  }
  const line = envoy && envoyLine(envoy);
  return line === undefined ? "unknown: the gateway's line was not found" : `${HOP_TITLES.envoy.title}: ${line.reason}`;
}
