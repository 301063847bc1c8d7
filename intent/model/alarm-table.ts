/**
 * The alarms of an environment: one fact each in one place. Config, stacks, dashboards, docs and tests read this table.
 * docs/how-to/alarms.md explains it.
 */

export interface AlarmFact {
  /** Its name after the environment's prefix, its Terraform address, and its heading in docs/how-to/incidents.md. */
  readonly id: string;
  /** Why the alarm notifies a person, as its description states it. */
  readonly meaning: string;
  /** Description of its config key: what the threshold counts, with its unit. */
  readonly threshold: string;
  /** Default of its config key. `false`: no such alarm. */
  readonly preset: number | false;
  /** A value to write, where that is not the default. */
  readonly example?: number;
  readonly max: number;
  readonly source: AlarmSource;
}

/** Where the numbers come from. */
export type AlarmSource =
  /**
   * Lines of the gateway's access log, as a share of all requests. Those that are an outage have a second alarm, over six
   * hours of little traffic.
   */
  | { readonly kind: "access-share"; readonly pattern: string; readonly isOutage: boolean }
  /** Requests of the API within an hour. */
  | { readonly kind: "traffic" }
  /** Lines of the authorizer functions' logs, as a share of all decisions. */
  | { readonly kind: "decision-share"; readonly pattern: string }
  /** Lines of the authorizer functions' logs within five minutes. */
  | { readonly kind: "decision-count"; readonly pattern: string }
  /** API Gateway's own latency metrics. */
  | { readonly kind: "overhead" }
  /** Lambda's concurrency metrics. */
  | { readonly kind: "concurrency" }
  /** The daily check of rotated client secrets. It exists without `alarms`, too. */
  | { readonly kind: "rotation" };

/** A CloudWatch filter pattern for the reasons of a refusal (docs/reference/refusal-reasons.md). */
function reasons(...names: readonly string[]): string {
  return `{ ${names.map((name) => `$.reason = "${name}"`).join(" || ")} }`;
}

/** Every line of the authorizer functions about a decision. */
export const DECISIONS = '{ $.decision = "*" }';

/**
 * By config key. In patterns, every value of the access log is a text, and `-` stands for a missing one. The gateway
 * itself answered if there is no status of the integration and no error in reaching it.
 */
export const ALARMS = {
  gatewayErrorPercent: {
    id: "gateway-errors",
    meaning: "The gateway itself answers with 5xx, the authorizer's failures included",
    threshold: "Percent of requests that the gateway itself answered with 5xx, the authorizer's failures included.",
    preset: 1,
    max: 100,
    source: {
      kind: "access-share",
      pattern: '{ $.status = "5*" && $.integrationStatus = "-" && $.integrationError = "-" }',
      isOutage: true,
    },
  },
  serviceErrorPercent: {
    id: "service-errors",
    meaning: "Cloud Run or a service answers with 5xx, or does not answer",
    threshold: "Percent of requests that Cloud Run or a service answered with 5xx, or not at all.",
    preset: 5,
    max: 100,
    source: {
      kind: "access-share",
      pattern: '{ $.integrationStatus = "5*" || ($.status = "5*" && $.integrationError != "-") }',
      isOutage: true,
    },
  },
  unavailablePercent: {
    id: "authorizer-unavailable",
    meaning: "The authorizer cannot decide, so callers get 500",
    threshold: "Percent of decisions that the authorizer could not make.",
    preset: 1,
    max: 100,
    source: { kind: "decision-share", pattern: '{ $.decision = "unavailable" }' },
  },
  overheadP99Ms: {
    id: "gateway-overhead",
    meaning: "The gateway and its authorizer add too much time to a request",
    threshold: "p99 of the gateway's latency minus p99 of the services', in milliseconds.",
    preset: 1000,
    max: 30_000,
    source: { kind: "overhead" },
  },
  throttledPercent: {
    id: "throttled",
    meaning: "Throttles or quotas refuse requests with 429",
    threshold: "Percent of requests that a throttle or a quota refused.",
    preset: 5,
    max: 100,
    source: { kind: "access-share", pattern: '{ $.status = "429" && $.integrationStatus = "-" }', isOutage: false },
  },
  fewestRequests: {
    id: "no-traffic",
    meaning: "The API gets fewer requests than it always has",
    threshold: "Requests that the API gets within any hour. Fewer set the alarm off.",
    preset: false,
    example: 10,
    max: 1_000_000_000,
    source: { kind: "traffic" },
  },
  forgedTokens: {
    id: "forged-tokens",
    meaning: "Many tokens are not signed by their issuer",
    threshold: "Refusals within five minutes for signature, key-unknown or token-algorithm.",
    preset: 50,
    max: 1_000_000,
    source: { kind: "decision-count", pattern: reasons("signature", "key-unknown", "token-algorithm") },
  },
  unknownCallers: {
    id: "unknown-callers",
    meaning: "Many valid tokens belong to callers that config does not list",
    threshold: "Refusals within five minutes for subject-unknown or client-unknown.",
    preset: 50,
    max: 1_000_000,
    source: { kind: "decision-count", pattern: reasons("subject-unknown", "client-unknown") },
  },
  keysUnavailable: {
    id: "keys-unavailable",
    meaning: "The signing keys of an issuer cannot be read",
    threshold: "Decisions within five minutes that failed for keys-unavailable.",
    preset: 5,
    max: 1_000_000,
    source: { kind: "decision-count", pattern: reasons("keys-unavailable") },
  },
  mintFailures: {
    id: "mint-failures",
    meaning: "The authorizer gets no Google identity token for a service",
    threshold: "Decisions within five minutes that failed because no Google identity token was issued.",
    preset: 5,
    max: 1_000_000,
    source: {
      kind: "decision-count",
      pattern: reasons("aws-credentials", "federation-provider", "assume-role", "token-exchange", "id-token"),
    },
  },
  concurrencyPercent: {
    id: "concurrency",
    meaning: "The authorizer functions are close to their concurrency limit",
    threshold:
      "Percent of the concurrency limit that the authorizer functions use: their reserved concurrency, or the account's (limits.lambdaConcurrency).",
    preset: 80,
    max: 100,
    source: { kind: "concurrency" },
  },
  lateRotationDays: {
    id: "late-rotation",
    meaning: "A client secret was not rotated in time",
    threshold: "Days that a rotated client secret may be older than its rotateEveryDays.",
    preset: 2,
    max: 30,
    source: { kind: "rotation" },
  },
} as const satisfies Readonly<Record<string, AlarmFact>>;

export type AlarmKey = keyof typeof ALARMS;

export const ALARM_KEYS = Object.keys(ALARMS) as readonly AlarmKey[];

/** Alarms that need the authorizer functions, which only `handshake: federated` has. */
export function needsAuthorizer(key: AlarmKey): boolean {
  return ["decision-share", "decision-count", "concurrency"].includes(ALARMS[key].source.kind);
}

/** Place of an alarm's runbook section. */
export function runbookOf(id: string): string {
  return `docs/how-to/incidents.md#${id}`;
}

/**
 * Minimum number of requests within five minutes for a meaningful p99. Five of 500 requests are slower than it, so that a
 * few cold starts are not.
 */
export const FEWEST_REQUESTS = 500;

/** The alarms of an environment that has some. */
export interface AlarmsIntent {
  /** ARNs of the SNS topics that alarms notify, sorted. Empty: alarms are visible only in CloudWatch. */
  readonly actions: readonly string[];
  /** Thresholds by the alarm's config key. A missing one means that there is no such alarm. */
  readonly thresholds: Readonly<Partial<Record<AlarmKey, number>>>;
  /** Concurrent executions of the AWS account in the region. */
  readonly accountConcurrency: number;
}
