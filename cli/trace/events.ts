import { becauseOf } from "../../packages/local-front-door/page/headline";
import { type AccessLine, type DecisionLine, envoyLine, latencyOf, logIdOf, printedText, REQUEST_LOG } from "./lines";
import type { LogEntry } from "./log-source";
import type { Joined, StoryEvent } from "./model";
import { AUDIT_LOG } from "./queries";

/** The gateway's line, in words. */
export function gatewayEvent(line: AccessLine, joined: Joined): StoryEvent {
  const { route = "no route", status, integrationStatus, integrationMilliseconds, integrationError } = line;
  const waited = integrationMilliseconds === undefined ? "" : ` after ${integrationMilliseconds} ms`;
  const behind =
    integrationStatus === undefined
      ? integrationError === undefined
        ? "answered by the gateway itself"
        : `the gateway gave up on Cloud Run${waited}`
      : `Cloud Run answered ${integrationStatus}${waited}`;
  const error = integrationError === undefined ? "" : `: ${integrationError}`;
  const text = `${route}: ${status}, ${behind}${error}`;
  const { startedAt, milliseconds, log } = line;
  return { at: "gateway", startedAt, ...(milliseconds !== undefined && { milliseconds }), text, joined, log };
}

/** The authorizer's line, in words. */
export function decisionEvent(
  line: DecisionLine,
  joined: Joined,
  needs: string | undefined,
  fillsTheCache = false,
): StoryEvent {
  const { decision, reason, client, upstreamStatus, milliseconds, endedAt, googleTokenWasKept, log } = line;
  const why = reason === undefined ? "" : ` (${reason}): ${becauseOf(reason, needs) ?? reason}`;
  const who = client === undefined ? "" : `, caller ${client}`;
  const upstream = upstreamStatus === undefined ? "" : `, HTTP ${upstreamStatus} from there`;
  const kept = googleTokenWasKept === true ? "; Google token from memory" : "";
  const parts = ["keys", "verify", "mint"].flatMap((step) =>
    milliseconds[step] === undefined ? [] : [`${step} ${milliseconds[step]} ms`],
  );
  const spent = parts.length === 0 ? "" : ` [${parts.join(", ")}]`;
  const text = `${fillsTheCache ? "filled the cache: " : ""}${decision}${why}${upstream}${who}${kept}${spent}`;
  const total = milliseconds.total ?? 0;
  return {
    at: "authorizer",
    startedAt: endedAt - total,
    milliseconds: total,
    text,
    joined,
    ...(fillsTheCache && { filledTheCache: true as const }),
    log,
  };
}

/** A line of Cloud Logging, in words. */
export function googleEvent(entry: LogEntry, joined: Joined): StoryEvent {
  const log = logIdOf(entry);
  const at = Date.parse(entry.timestamp);
  if (log === AUDIT_LOG) return auditEvent(entry, joined, at);
  if (log === REQUEST_LOG) {
    const { requestMethod, requestUrl, status } = entry.httpRequest ?? {};
    const said = entry.textPayload === undefined ? "" : `; ${entry.textPayload}`;
    const [milliseconds, text] = [latencyOf(entry), `${requestMethod} ${requestUrl}: ${status}${said}`];
    return { at: "cloud-run", startedAt: at, ...(milliseconds !== undefined && { milliseconds }), text, joined, log };
  }
  const envoy = envoyLine(entry);
  if (envoy === undefined) {
    const severity = entry.severity === "DEFAULT" || entry.severity === undefined ? "" : `${entry.severity} `;
    return { at: "service", startedAt: at, text: `${severity}${printedText(entry)}`, joined, log };
  }
  const { milliseconds = 0, reason, client } = envoy;
  const text = `${reason}${client === undefined ? "" : `, caller ${client}`}`;
  return { at: "envoy", startedAt: at - milliseconds, milliseconds, text, joined, log };
}

function auditEvent({ protoPayload = {}, resource }: LogEntry, joined: Joined, startedAt: number): StoryEvent {
  const { serviceName, authenticationInfo, status } = protoPayload as {
    readonly serviceName?: string;
    readonly authenticationInfo?: { readonly principalSubject?: string };
    readonly status?: { readonly message?: string };
  };
  const [, session = ""] = /assumed-role\/(.+)$/.exec(authenticationInfo?.principalSubject ?? "") ?? [];
  const refused = status?.message === undefined ? "" : `refused: ${status.message}; `;
  const isExchange = serviceName === "sts.googleapis.com";
  const done = isExchange ? "exchanged for a Google token" : `ID token of ${resource.labels.email_id}`;
  const text = `${refused}${done}, session ${session}`;
  return { at: isExchange ? "exchange" : "token", startedAt, text, joined, log: AUDIT_LOG };
}
