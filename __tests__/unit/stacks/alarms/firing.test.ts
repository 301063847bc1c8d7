import type { Reason } from "../../../../functions/authorizer/request/outcome";
import { logText } from "../../../../functions/rotate-client-secret/handler";
import { ALARM_KEYS, ALARMS, type AlarmKey } from "../../../../intent/model/alarm-table";
import { CloudWatch, type Sample } from "../../../support/alarms/cloudwatch";
import {
  ALLOWED,
  accessLines,
  type Ending,
  forbiddenFor,
  refusedFor,
  undecidedFor,
} from "../../../support/alarms/lines";
import { rotatedIntent } from "../../../support/rotation";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";
import { WATCHED, watchedDev } from "../../../support/watched";

const stack = stackOf(watchedDev({ alarms: { ...WATCHED.alarms, fewestRequests: 10 } }));
const cloudwatch = new CloudWatch(stack, "storefront-dev");
const line = accessLines(stack.resource("aws_apigatewayv2_stage", "gateway").access_log_settings.format);

const many = (count: number, text: string) => Array.from({ length: count }, () => text);
/** This number of a thousand requests ended like this, and the others succeeded. */
const ended = (count: number, ending: Ending): Sample => ({
  lines: { access: [...many(count, line(ending)), ...many(1000 - count, line({ service: { status: 200 } }))] },
  metrics: { Count: 1000 },
});
const decided = (count: number, text: string, others = 1000): Sample => ({
  lines: { callers: [...many(count, text), ...many(others, ALLOWED)], public: many(10, ALLOWED) },
});
const measured = (metrics: Sample["metrics"]): Sample => ({ ...(metrics && { metrics }) });
const CALM = ended(0, {});
/** This number of requests over six hours, which all ended like this. */
const inQuiet = (count: number, ending: Ending): Sample => ({
  lines: { access: many(count, line(ending)) },
  metrics: { Count: count },
});
/** Five minutes of requests, in milliseconds. p99 is the nearest rank, and the services take 10 ms of each request. */
const timed = (latencies: readonly number[]): Sample => {
  const sorted = [...latencies].sort((a, b) => a - b);
  const p99 = sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
  return measured({ Latency: p99, IntegrationLatency: 10, Count: sorted.length });
};
const withColdStarts = (starts: number, all: number) =>
  timed([...Array.from({ length: starts }, () => 3000), ...Array.from({ length: all - starts }, () => 20)]);
const for3 = (sample: Sample) => [sample, sample, sample];

const GATEWAY_500: Ending = { own: 500 };
const AUTHORIZER_500: Ending = { own: 500, authorizerError: "Internal Server Error" };
const SERVICE_500: Ending = { service: { status: 500 } };
const NO_ANSWER: Ending = { own: 503, service: { error: "the service did not answer" } };
const SERVICE_429: Ending = { service: { status: 429 } };
const OWN_429: Ending = { own: 429 };
const CALLERS_FAULT: Ending = { own: 403 };

interface Case {
  readonly alarm: string;
  readonly fires: Readonly<Record<string, readonly Sample[]>>;
  readonly calm: Readonly<Record<string, readonly Sample[]>>;
}

/** Each alarm with sample lines of the real log writers, and with sample AWS metrics. */
const CASES: Readonly<Record<Exclude<AlarmKey, "lateRotationDays">, Case>> = {
  gatewayErrorPercent: {
    alarm: "gateway_errors",
    fires: {
      "1% by the gateway": for3(ended(10, GATEWAY_500)),
      "1% by the authorizer": for3(ended(10, AUTHORIZER_500)),
      "two of three periods": [ended(10, GATEWAY_500), CALM, ended(10, GATEWAY_500)],
    },
    calm: {
      "just below": for3(ended(9, GATEWAY_500)),
      "one period": [CALM, CALM, ended(500, GATEWAY_500)],
      "the service's own": for3(ended(900, SERVICE_500)),
      "no answer of the service": for3(ended(900, NO_ANSWER)),
      "callers' faults": for3(ended(900, CALLERS_FAULT)),
      "four at night": for3({ lines: { access: many(4, line(GATEWAY_500)) }, metrics: { Count: 4 } }),
      silence: [],
    },
  },
  serviceErrorPercent: {
    alarm: "service_errors",
    fires: {
      "5% of the service": for3(ended(50, SERVICE_500)),
      "5% without an answer": for3(ended(50, NO_ANSWER)),
    },
    calm: {
      "just below": for3(ended(49, SERVICE_500)),
      "the gateway's own": for3(ended(900, GATEWAY_500)),
      "not found": for3(ended(900, { service: { status: 404 } })),
    },
  },
  unavailablePercent: {
    alarm: "authorizer_unavailable",
    fires: { "1% of decisions": for3(decided(10, undecidedFor("internal"), 980)) },
    calm: {
      "just below": for3(decided(9, undecidedFor("internal"), 981)),
      refusals: for3(decided(900, refusedFor("expired"))),
    },
  },
  overheadP99Ms: {
    alarm: "gateway_overhead",
    fires: {
      "a second": for3(measured({ Latency: 1300, IntegrationLatency: 300, Count: 500 })),
      "one request of fifty": for3(withColdStarts(10, 500)),
    },
    calm: {
      "a slow service": for3(measured({ Latency: 9100, IntegrationLatency: 9000, Count: 5000 })),
      "a quiet night": for3(measured({ Latency: 5000, IntegrationLatency: 100, Count: 499 })),
      "three cold starts of the fewest requests that count": for3(withColdStarts(3, 500)),
      "three cold starts of a hundred requests": for3(withColdStarts(3, 100)),
      "two of three": [CALM, ...for3(measured({ Latency: 5000, IntegrationLatency: 100, Count: 500 })).slice(1)],
    },
  },
  throttledPercent: {
    alarm: "throttled",
    fires: { "5%": for3(ended(50, OWN_429)) },
    calm: { "just below": for3(ended(49, OWN_429)), "the service's own": for3(ended(900, SERVICE_429)) },
  },
  fewestRequests: {
    alarm: "no_traffic",
    fires: { "no request": [measured({})], "nine in an hour": [measured({ Count: 9 })] },
    calm: { "ten in an hour": [measured({ Count: 10 })] },
  },
  forgedTokens: {
    alarm: "forged_tokens",
    fires: Object.fromEntries(
      (["signature", "key-unknown", "token-algorithm"] satisfies Reason[]).map((reason) => [
        reason,
        [decided(50, refusedFor(reason))],
      ]),
    ),
    calm: {
      "just below": [decided(49, refusedFor("signature"))],
      "tokens that have expired": [decided(5000, refusedFor("expired"))],
    },
  },
  unknownCallers: {
    alarm: "unknown_callers",
    fires: {
      "subject-unknown": [decided(50, forbiddenFor("subject-unknown"))],
      "client-unknown": [decided(50, refusedFor("client-unknown"))],
    },
    calm: {
      "just below": [decided(49, forbiddenFor("subject-unknown"))],
      "callers without the scope": [decided(5000, forbiddenFor("scope"))],
    },
  },
  keysUnavailable: {
    alarm: "keys_unavailable",
    fires: { five: [decided(5, undecidedFor("keys-unavailable"))] },
    calm: {
      four: [decided(4, undecidedFor("keys-unavailable"))],
      "unknown keys": [decided(500, refusedFor("key-unknown"))],
    },
  },
  mintFailures: {
    alarm: "mint_failures",
    fires: Object.fromEntries(
      (["aws-credentials", "federation-provider", "assume-role", "token-exchange", "id-token"] satisfies Reason[]).map(
        (reason) => [reason, [decided(5, undecidedFor(reason))]],
      ),
    ),
    calm: {
      four: [decided(4, undecidedFor("id-token"))],
      "the issuer's keys": [decided(500, undecidedFor("keys-unavailable"))],
    },
  },
  concurrencyPercent: {
    alarm: "concurrency_account",
    fires: { "80% of a thousand": for3(measured({ ClaimedAccountConcurrency: 800 })) },
    calm: { "just below": for3(measured({ ClaimedAccountConcurrency: 799 })) },
  },
};

/** The alarms over six hours, which see an outage in too little traffic for five minutes. */
const QUIET_CASES: readonly Case[] = [
  {
    alarm: "service_errors_6h",
    fires: {
      "five failed calls, all that there were": [inQuiet(5, SERVICE_500)],
      "ten calls an hour": [inQuiet(60, NO_ANSWER)],
    },
    calm: {
      "four failed calls": [inQuiet(4, SERVICE_500)],
      "five of a hundred and one": [{ lines: { access: many(5, line(SERVICE_500)) }, metrics: { Count: 101 } }],
      "traffic in which five minutes show it": [inQuiet(7201, SERVICE_500)],
      silence: [{}],
    },
  },
  {
    alarm: "gateway_errors_6h",
    fires: { "five, all that there were": [inQuiet(5, AUTHORIZER_500)] },
    calm: { "the service's own": [inQuiet(60, SERVICE_500)] },
  },
];

const cases = [...Object.values(CASES), ...QUIET_CASES];
const listed = (of: "calm" | "fires") =>
  cases.flatMap(({ alarm, [of]: samples }) =>
    Object.entries(samples).map(([what, periods]) => [alarm, what, periods] as const),
  );

testAll(listed("fires"))("%s fires: %s", (alarm, _, periods) => {
  expect(cloudwatch.fires(alarm, periods)).toBe(true);
});

testAll(listed("calm"))("%s does not fire: %s", (alarm, _, periods) => {
  expect(cloudwatch.fires(alarm, periods)).toBe(false);
});

test("these tests cover each alarm of the table except the one on rotation", () => {
  expect([...Object.keys(CASES), "lateRotationDays"].sort()).toEqual([...ALARM_KEYS].sort());
});

describe("a rotated client secret", () => {
  const rotated = new CloudWatch(stackOf(rotatedIntent()), "storefront-dev");
  const late = "late_rotation_reporting_agent";
  const failed = "failed_rotation_reporting_agent";
  /** The log line of the daily check. */
  const aged = (ageDays: number): Sample => ({
    lines: {
      rotate_secret_reporting_agent: [
        logText({ level: "INFO", event: "secret-age", client: "reporting-agent", ageDays }),
        logText({ level: "INFO", event: "rotation", client: "reporting-agent", step: "setSecret" }),
      ],
    },
  });

  test("an alarm fires if it is two days overdue on two days, or its age is unknown", () => {
    expect(rotated.fires(late, [aged(32.1), aged(33.1)])).toBe(true);
    expect(rotated.fires(late, [{}, {}])).toBe(true);
    expect(rotated.fires(late, [aged(31), aged(32)])).toBe(false);
    expect(rotated.fires(late, [aged(32.1), aged(0)])).toBe(false);
  });

  test("another alarm fires if the function fails once", () => {
    expect(rotated.fires(failed, [{ metrics: { Errors: 1 } }])).toBe(true);
    expect(rotated.fires(failed, [{ metrics: { Errors: 0 } }])).toBe(false);
    expect(rotated.fires(failed, [{}])).toBe(false);
  });
});

test("an alarm uses its threshold from config", () => {
  const { alarms } = watchedDev();
  const presets = ALARM_KEYS.flatMap((key) => (ALARMS[key].preset === false ? [] : [[key, ALARMS[key].preset]]));
  expect(alarms?.thresholds).toEqual(Object.fromEntries(presets));
  const other = stackOf(watchedDev({ alarms: { forgedTokens: 7, throttledPercent: false } }));
  expect(other.resource("aws_cloudwatch_metric_alarm", "forged_tokens").threshold).toBe(7);
  expect(Object.keys(other.all("aws_cloudwatch_metric_alarm"))).not.toContain("throttled");
  expect(Object.keys(other.all("aws_cloudwatch_log_metric_filter"))).not.toContain("throttled");
});
