import { type AccessLine, accessLine, decisionLine } from "./lines";
import type { LogSource } from "./log-source";
import type { TracePlaces } from "./places";
import type { Period } from "./queries";

/** Which requests to list. */
export interface Wanted {
  /** `customers/web`, as logs name clients. */
  readonly client?: string;
  /** Exact status, or every status from 400 on. */
  readonly status: string | "refused";
}

/** Number of requests that are listed. */
const LISTED = 20;

/** The newest requests that fit. A refused request names its client only in the authorizer's log. */
export async function requestsLike(
  places: TracePlaces,
  source: LogSource,
  { client, status }: Wanted,
  period: Period,
): Promise<readonly AccessLine[]> {
  const statuses =
    status === "refused"
      ? { field: "status", how: "startsWith" as const, values: ["4", "5"] }
      : { field: "status", values: [status] };
  const decisionGroups = Object.values(places.decisionGroups);
  const limit = client === undefined ? LISTED : 1000;
  const [access, decisions] = await Promise.all([
    source.cloudWatch({ groups: places.accessGroups, where: [statuses], ...period, limit }),
    client === undefined || decisionGroups.length === 0
      ? []
      : source.cloudWatch({
          groups: decisionGroups,
          where: [{ field: "client", values: [client] }],
          ...period,
          limit: 1000,
        }),
  ]);
  const own = new Set(decisions.flatMap((row) => decisionLine(row, () => "any")?.requestId ?? []));
  const lines = access.flatMap((row) => accessLine(row) ?? []);
  const fitting = lines.filter((line) => client === undefined || line.client === client || own.has(line.requestId));
  return fitting.sort((one, other) => other.startedAt - one.startedAt).slice(0, LISTED);
}
export function listText(lines: readonly AccessLine[]): readonly string[] {
  const width = Math.max(0, ...lines.map(({ route = "no route" }) => route.length));
  return lines.map(({ startedAt, requestId, status, route = "no route", client = "-" }) =>
    [new Date(startedAt).toISOString(), requestId.padEnd(16), status, route.padEnd(width), client].join("  ").trimEnd(),
  );
}
