/** States of a CloudWatch Logs Insights query that has not ended ("GetQueryResults"). */
const RUNNING: readonly unknown[] = ["Scheduled", "Running", "Unknown"];

export function isRunning(status: unknown): boolean {
  return RUNNING.includes(status);
}
