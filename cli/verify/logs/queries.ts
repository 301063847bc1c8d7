import type { LogPlaces } from "../deployed/deployment";

/** Queries that find one request in the gateway's access log and in Cloud Run's request log. */
export interface LogQueries {
  /** CloudWatch Logs Insights. */
  readonly insights: string;
  readonly accessLogGroup: string;
  /** Cloud Logging. */
  readonly filter: string;
  readonly googleProject: string;
}

/** The allowed form of a request id, because it becomes part of a query. */
export const REQUEST_ID = /^[\w=+/-]{1,64}$/;

export function logQueries(places: LogPlaces, requestId: string, traceId: string): LogQueries {
  return {
    insights: `fields requestId, route, status, integrationStatus, decision | filter requestId = "${requestId}" | limit 1`,
    accessLogGroup: places.accessLogGroup,
    // Cloud Run's own line has the trace. The service's line has the id, if the service logs it.
    filter: `resource.type="cloud_run_revision" AND (trace="projects/${places.googleProject}/traces/${traceId}" OR jsonPayload.requestId="${requestId}")`,
    googleProject: places.googleProject,
  };
}

/** Both queries, ready to paste into a shell or a console. */
export function describeQueries({ insights, accessLogGroup, filter, googleProject }: LogQueries): string {
  return [
    `CloudWatch Logs Insights, ${accessLogGroup}:`,
    `    ${insights}`,
    "Cloud Logging:",
    `    gcloud logging read --project=${googleProject} --freshness=1h '${filter}'`,
  ].join("\n");
}
