import { FILTER_PATTERN_CHARACTERS } from "./limits";

/** Objectives of one service. At least one is set. */
export interface SloIntent {
  /** Percent of requests without a 5xx. */
  readonly availability?: number;
  /** Percent of requests that take at most `ms` milliseconds. */
  readonly latency?: { readonly ms: number; readonly percent: number };
}

/** A service's objectives, without the percentage of an objective that is not set. */
export function sloOf(config: {
  readonly availability?: number;
  readonly latencyMs?: number;
  readonly latencyPercent: number;
}): SloIntent {
  const { availability, latencyMs: ms, latencyPercent: percent } = config;
  return {
    ...(availability !== undefined && { availability }),
    ...(ms !== undefined && { latency: { ms, percent } }),
  };
}

/** How long the error budget lasts: four weeks, so that each has as many weekends. */
export const BUDGET_DAYS = 28;

export interface BurnRate {
  readonly id: "fast" | "slow";
  /** How many times faster than the budget allows. */
  readonly rate: number;
  readonly windows: readonly BurnWindow[];
}

export interface BurnWindow {
  readonly id: string;
  readonly seconds: number;
  /** The long window shows that the burn matters, the short one that it continues. */
  readonly showsThat: "matters" | "continues";
}

/**
 * Alarms on how fast the budget burns (Google, "The Site Reliability Workbook", chapter 5, "Multiwindow,
 * Multi-Burn-Rate Alerts"). The rates use up 2% of a 30-day budget in one hour, and 5% in six.
 */
export const BURN_RATES: readonly BurnRate[] = [
  {
    id: "fast",
    rate: 14.4,
    windows: [
      { id: "1h", seconds: 3600, showsThat: "matters" },
      { id: "5m", seconds: 300, showsThat: "continues" },
    ],
  },
  {
    id: "slow",
    rate: 6,
    windows: [
      { id: "6h", seconds: 21_600, showsThat: "matters" },
      { id: "30m", seconds: 1800, showsThat: "continues" },
    ],
  },
];

/** Percent of bad requests at which a budget burns at this rate. */
export function thresholdOf(objectivePercent: number, rate: number): number {
  return rounded((100 - objectivePercent) * rate);
}

/** Binary fractions would otherwise show: 1.4399999999999917. */
export function rounded(value: number): number {
  return Number(value.toFixed(6));
}

/** The objectives by name, each with its percentage. */
export function objectivesOf({ availability, latency }: SloIntent): readonly { id: Objective; percent: number }[] {
  return [
    ...(availability === undefined ? [] : [{ id: "availability" as const, percent: availability }]),
    ...(latency === undefined ? [] : [{ id: "latency" as const, percent: latency.percent }]),
  ];
}

export type Objective = "availability" | "latency";

/** Which requests of a service a metric counts. */
export interface SloCount {
  /** Last word of the metric's name. */
  readonly id: "requests" | "errors" | "slow";
  /** Condition on an access log line, in CloudWatch's filter syntax. Unset: every request. */
  readonly condition?: string;
}

/** Field of the access log with the request's time in milliseconds as a number. The other fields are texts. */
export const LATENCY_FIELD = "latencyMs";

/** The counts that the objectives need. */
export function countsOf({ availability, latency }: SloIntent): readonly SloCount[] {
  return [
    { id: "requests" },
    ...(availability === undefined ? [] : [{ id: "errors" as const, condition: '$.status = "5*"' }]),
    ...(latency === undefined ? [] : [{ id: "slow" as const, condition: `$.${LATENCY_FIELD} > ${latency.ms}` }]),
  ];
}

/** The count of bad requests of an objective. */
export const FAILURES: Readonly<Record<Objective, SloCount["id"]>> = { availability: "errors", latency: "slow" };

/**
 * Filter patterns that together count the lines of these routes once. A pattern is at most 1,024 characters long, so
 * many routes need several, which add to one metric.
 */
export function patternsOf(routeKeys: readonly string[], condition: string | undefined): readonly string[] {
  const patterns: string[] = [];
  let group: string[] = [];
  for (const key of routeKeys) {
    const next = [...group, `$.route = "${key}"`];
    if (group.length > 0 && pattern(next, condition).length > FILTER_PATTERN_CHARACTERS) {
      patterns.push(pattern(group, condition));
      group = next.slice(-1);
    } else group = next;
  }
  return [...patterns, pattern(group, condition)];
}

function pattern(routes: readonly string[], condition: string | undefined): string {
  const any = routes.join(" || ");
  return condition === undefined ? `{ ${any} }` : `{ ${condition} && (${any}) }`;
}
