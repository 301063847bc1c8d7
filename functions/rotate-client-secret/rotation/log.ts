/** Names every field that it writes, so that no value added elsewhere reaches the log. */
export interface LogLine {
  readonly level: "INFO" | "ERROR";
  /** `secret-age` is what the metric filter of the log group looks for (stacks/aws/identity/client-rotation.ts). */
  readonly event: "rotation" | "secret-age";
  readonly client: string | undefined;
  readonly step?: string;
  /** Id of the new version; not a secret. */
  readonly version?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly remedy?: string;
  /** Age of AWSCURRENT, in days. */
  readonly ageDays?: number;
}

/** Lambda forwards lines that are JSON with `timestamp` and `level`. */
export function logText(line: LogLine): string {
  const { level, event, client, step, version, outcome, reason, remedy, ageDays } = line;
  const timestamp = new Date().toISOString();
  return `${JSON.stringify({ timestamp, level, event, client, step, version, outcome, reason, remedy, ageDays })}\n`;
}
