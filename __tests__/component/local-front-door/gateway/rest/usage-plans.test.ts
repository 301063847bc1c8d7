import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { type Change, set } from "../../../../support/local/document";
import { startSmallRest } from "../../../../support/local/rest/small-rest";

const API_ID = "${aws_api_gateway_rest_api.gateway.id}";
const SOMEBODY = "key-of-somebody-00000";

interface Limits {
  readonly quota?: object;
  readonly throttle?: object;
  readonly stage?: string;
  readonly enabled?: boolean;
}

/** A plan of one key, the first one, on each open route. */
function plan({ quota, throttle, stage = "live", enabled = true }: Limits): Change {
  return ({ resource }) => {
    Object.assign(resource.aws_api_gateway_method?.open ?? {}, { api_key_required: true });
    Object.assign(resource, {
      aws_api_gateway_usage_plan: {
        few: {
          name: "few",
          api_stages: [{ api_id: API_ID, stage }],
          ...(quota && { quota_settings: quota }),
          ...(throttle && { throttle_settings: throttle }),
        },
      },
      aws_api_gateway_api_key: {
        somebody: { name: "somebody", value: SOMEBODY, enabled },
        other: { name: "other", value: "key-of-another-0000000" },
      },
      aws_api_gateway_usage_plan_key: Object.fromEntries(
        ["somebody", "other"].map((name) => [
          name,
          {
            key_id: `\${aws_api_gateway_api_key.${name}.id}`,
            key_type: "API_KEY",
            usage_plan_id: "${aws_api_gateway_usage_plan.few.id}",
          },
        ]),
      ),
      aws_api_gateway_gateway_response: {
        quota: {
          rest_api_id: API_ID,
          response_type: "QUOTA_EXCEEDED",
          response_templates: { "application/json": '{"message":"used up","limit":"quota"}' },
        },
      },
    });
  };
}

async function statuses(clouds: Clouds, count: number, headers: Record<string, string> = {}) {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await fetch(`${clouds.url}/open/7`, { headers })).status);
  return found;
}

const DAY = 24 * 3600 * 1000;

test("a caller over its quota gets 429 with the declared body until the next period; other callers have their own quota", async () => {
  let now = Date.UTC(2026, 0, 1, 23);
  const clouds = await startSmallRest([plan({ quota: { limit: 2, period: "DAY" } })], { gateway: { now: () => now } });
  expect(await statuses(clouds, 3)).toEqual([200, 200, 429]);
  const over = await fetch(`${clouds.url}/open/7`);
  expect(await over.json()).toEqual({ message: "used up", limit: "quota" });
  expect(clouds.trace.refusal?.declaration).toBe("aws_api_gateway_usage_plan.few.quota_settings");
  expect(await statuses(clouds, 1, { "x-key": "key-of-another-0000000" })).toEqual([200]);
  now += DAY;
  expect(await statuses(clouds, 1)).toEqual([200]);
  await clouds.stop();
});

test("each caller has its own throttle, and a throttled call does not count towards the quota", async () => {
  let now = 0;
  const limits = plan({ throttle: { rate_limit: 1, burst_limit: 1 }, quota: { limit: 2, period: "WEEK" } });
  const clouds = await startSmallRest([limits], { gateway: { now: () => now } });
  const response = [await statuses(clouds, 3), await statuses(clouds, 1, { "x-key": "key-of-another-0000000" })];
  expect(response).toEqual([[200, 429, 429], [200]]);
  expect(await (await fetch(`${clouds.url}/open/7`)).json()).toEqual({ message: "Too Many Requests" });
  now += 1000;
  expect(await statuses(clouds, 1)).toEqual([200]);
  now += 1000;
  expect(await (await fetch(`${clouds.url}/open/7`)).json()).toEqual({ message: "used up", limit: "quota" });
  await clouds.stop();
});

test("a method that requires a key refuses a key without a plan for this stage: 403", async () => {
  const cases: Readonly<Record<string, readonly [Limits, Record<string, string>]>> = {
    "in no plan": [{}, { "x-key": "key-of-nobody-at-all-00" }],
    "of a plan of another stage": [{ stage: "test" }, {}],
    "that is switched off": [{ enabled: false }, {}],
  };
  for (const [name, [limits, headers]] of Object.entries(cases)) {
    const clouds = await startSmallRest([plan(limits)]);
    const response = await fetch(`${clouds.url}/open/7`, { headers });
    expect([name, response.status, await response.json()]).toEqual([name, 403, { message: "Forbidden" }]);
    // A method that requires no key.
    expect((await fetch(`${clouds.url}/files/x`, { headers })).status).toBe(200);
    await clouds.stop();
  }
});

test("if callers send keys themselves, the authorizer's key is ignored", async () => {
  const header = set("aws_api_gateway_rest_api.gateway", { api_key_source: "HEADER" });
  const clouds = await startSmallRest([plan({}), header]);
  expect(await statuses(clouds, 1)).toEqual([403]);
  expect(await statuses(clouds, 1, { "x-api-key": SOMEBODY })).toEqual([200]);
  await clouds.stop();
});

const settings = (method_path: string, limits: object) => ({
  rest_api_id: API_ID,
  stage_name: "live",
  method_path,
  settings: limits,
});

test("a method's own throttle, or else that of all methods, one bucket each; -1 is none", async () => {
  const declare: Change = ({ resource }) =>
    Object.assign(resource, {
      aws_api_gateway_method_settings: {
        all: settings("*/*", { throttling_rate_limit: 1, throttling_burst_limit: 1 }),
        open: settings("open/{id}/GET", { throttling_rate_limit: 1, throttling_burst_limit: 2 }),
        scoped: settings("scoped/GET", { throttling_rate_limit: -1, throttling_burst_limit: -1 }),
      },
    });
  const clouds = await startSmallRest([declare], { gateway: { now: () => 0 } });
  expect(await statuses(clouds, 3)).toEqual([200, 200, 429]);
  expect(clouds.trace.refusal).toMatchObject({ declaration: "aws_api_gateway_method_settings.open.settings" });
  const other = async (path: string) =>
    (await fetch(`${clouds.url}${path}`, { headers: { authorization: "Bearer x" } })).status;
  expect([await other("/files/a"), await other("/files/a")]).toEqual([200, 429]);
  expect([await other("/scoped"), await other("/scoped"), await other("/scoped")]).toEqual([200, 200, 200]);
  await clouds.stop();
});

test("without limits, the gateway reports how it differs from the stack", async () => {
  const limits = plan({ quota: { limit: 0, period: "MONTH" } });
  const clouds = await startSmallRest([limits], { gateway: { throttling: false } });
  expect(await statuses(clouds, 2)).toEqual([200, 200]);
  expect(clouds.gateway.deviations).toEqual([
    "aws_api_gateway_stage.gateway: requests are not throttled, and count towards no quota",
  ]);
  await clouds.stop();
});
