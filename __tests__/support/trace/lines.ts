import type { InsightsRow, LogEntry } from "../../../cli/trace/log-source";
import { placesOf, type TracePlaces } from "../../../cli/trace/places";
import { LineSource } from "../../../cli/trace/sources";
import type { Intent } from "../../../intent/model/intent";
import { auditEntry, printedEntry, requestEntries } from "../../../packages/local-front-door/logs/log-entries";
import { intentOf } from "../shop";
import { stackOf } from "../stack";

/** When the request of a test arrives at the gateway. */
export const AT = Date.parse("2026-11-28T10:00:00.000Z");
export const REQUEST = "JKJaXmPLvHcESHA=";
export const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
export const PERIOD = { from: AT - 86_400_000, to: AT + 86_400_000 };

export const ROUTES: TracePlaces["routes"] = {
  "GET /orders": { needs: "orders/read", place: "config/base.yaml:48" },
  "GET /orders/{id}": { needs: "orders/read" },
  "GET /products": { isPublic: true },
};

export function placesOfIntent(intent: Intent): TracePlaces {
  return placesOf(intent.environment, stackOf(intent).json, ROUTES);
}

/** The shop's dev environment, in which functions decide. */
export function devPlaces(): TracePlaces {
  return placesOfIntent(intentOf("dev"));
}

function row(group: string, at: number, message: object): InsightsRow {
  return [
    { field: "@timestamp", value: new Date(at).toISOString().replace("T", " ").replace("Z", "") },
    { field: "@message", value: JSON.stringify(message) },
    { field: "@log", value: `111122223333:${group}` },
  ];
}

/** A line of the access log. By default, a call of `GET /orders` that Cloud Run answered after 40 ms. */
export function access(fields: Readonly<Record<string, string>> = {}, group = "storefront-dev-access"): InsightsRow {
  const line = {
    subject: "-",
    client: "customers/web",
    decision: "allowed",
    requestId: REQUEST,
    time: String(AT),
    route: "GET /orders",
    status: "200",
    responseLatencyMs: "60",
    integrationLatencyMs: "40",
    integrationStatus: "200",
    integrationError: "-",
    authorizerError: "-",
    ...fields,
  };
  return row(`/aws/vendedlogs/${group}`, Number(line.time) + 61, line);
}

/** A line of the access log for a request that the gateway itself answered. */
export function refused(status: string, fields: Readonly<Record<string, string>> = {}): InsightsRow {
  return access({ status, integrationStatus: "-", integrationLatencyMs: "-", client: "-", decision: "-", ...fields });
}

/** A line of the authorizer's log. @param at when the decision ended */
export function decision(fields: Readonly<Record<string, unknown>> = {}, at = AT + 10, kind = "callers"): InsightsRow {
  return row(`/aws/lambda/storefront-dev-${kind}`, at, {
    timestamp: new Date(at).toISOString(),
    level: "INFO",
    requestId: REQUEST,
    route: "GET /orders",
    service: "orders",
    decision: "allowed",
    client: "customers/web",
    milliseconds: { verify: 1, mint: 6, total: 8 },
    cacheHits: { token: false, googleToken: false },
    ...fields,
  });
}

const ORDERS = { project: "storefront-dev", service: "storefront-dev-orders", location: "europe-west1" };

/** A line of Cloud Run's request log. */
export function run(fields: Partial<Parameters<ReturnType<typeof requestEntries>>[0]> = {}): LogEntry {
  return requestEntries(ORDERS)({
    method: "GET",
    url: "https://storefront-dev-orders.a.run.app/orders",
    status: 200,
    startedAt: AT + 18,
    milliseconds: 38,
    userAgent: undefined,
    traceId: TRACE,
    ...fields,
  });
}

/** A line that the service prints. */
export function printed(line: object | string, at = AT + 30): LogEntry {
  return printedEntry(ORDERS, { line: typeof line === "string" ? line : JSON.stringify(line), at });
}

/** The audit log's entries for an exchange and for an ID token. */
export function audited(at: number, session = "callers.orders"): readonly LogEntry[] {
  const arn = `arn:aws:sts::111122223333:assumed-role/storefront-dev-orders/${session}`;
  const common = { project: "storefront-dev", resourceName: "x", request: {}, at } as const;
  return [
    auditEntry({
      ...common,
      serviceName: "sts.googleapis.com",
      methodName: "google.identity.sts.v1.SecurityTokenService.ExchangeToken",
      principalSubject: arn,
      resource: { type: "audited_resource", labels: {} },
    }),
    auditEntry({
      ...common,
      serviceName: "iamcredentials.googleapis.com",
      methodName: "GenerateIdToken",
      principalSubject: `principal://iam.googleapis.com/projects/1/subject/${arn}`,
      resource: { type: "service_account", labels: { email_id: "storefront-dev-orders@x" } },
    }),
  ];
}

/** The lines of both clouds' logs, as their tools return them. */
export function source(rows: readonly InsightsRow[], entries: readonly LogEntry[] = []): LineSource {
  return new LineSource(
    () => rows,
    () => entries,
  );
}
