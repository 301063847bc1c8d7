import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

const OLD = "europe-docker.pkg.dev/acme/shop/orders:1.14.1";
const NEW = "europe-docker.pkg.dev/acme/shop/orders:1.14.2";

function state(image: string, rollout: object, environment = "dev", variables = {}, slo?: object): SynthesizedState {
  const orders = { image, rollout, environment: variables, scaling: { max: MOST / 2 }, ...(slo && { slo }) };
  const intent = variantOf(environment, { services: { orders } } as never);
  return { stack: stackOf(intent).json, ...(environment === "dev" && { policy: authorizerPolicy(intent) }) };
}

/** Instances of two revisions. */
const MOST = 8;

/** A review's result for a change: notes, access, and whether it needs an approval. */
function review(before: SynthesizedState, after: SynthesizedState) {
  const { notes, access, verdict } = reportOf(changeOfStacks("dev", before, after));
  return { notes, access: access.map(({ sentence }) => sentence), verdict: verdict.access };
}

describe.each(["dev", "preview"])("a review in %s", (environment) => {
  const named = state(OLD, { percent: 100 }, environment);
  const tenth = state(NEW, { percent: 10, from: OLD }, environment);
  const orders = `storefront-${environment}-orders`;

  const NO_ALARM = `no alarm can stop the rollout of ${orders}: it has no slo`;
  const both = (most: number) =>
    `while two revisions of ${orders} run, they have up to ${most} instances and at least 0: scaling is per revision`;

  const waiting = state(NEW, { percent: 0, from: OLD }, environment);

  testAll<[string, SynthesizedState, SynthesizedState, string, ...string[]]>([
    ["starts with no calls", named, waiting, `0 % of calls to ${orders} go to image ${NEW}, and 100 % to ${OLD}`],
    ["starts", named, tenth, `10 % of calls to ${orders} go to image ${NEW}, and 90 % to ${OLD}`, both(MOST), NO_ALARM],
    [
      "moves",
      tenth,
      state(NEW, { percent: 50, from: OLD }, environment),
      `50 % of calls to ${orders} go to image ${NEW}, and 50 % to ${OLD}`,
      both(MOST),
      NO_ALARM,
    ],
    [
      "is promoted",
      tenth,
      state(NEW, { percent: 100, from: OLD }, environment),
      `100 % of calls to ${orders} go to image ${NEW}: its rollout is promoted`,
    ],
    [
      "ends with a return to the old image",
      tenth,
      named,
      `100 % of calls to ${orders} go to image ${OLD}: the rollout of ${NEW} is aborted`,
    ],
    [
      "is aborted completely",
      waiting,
      named,
      `100 % of calls to ${orders} go to image ${OLD}: the rollout of ${NEW} is aborted`,
    ],
    [
      "is aborted",
      tenth,
      state(NEW, { percent: 0, from: OLD }, environment),
      `100 % of calls to ${orders} go to image ${OLD}: the rollout of ${NEW} is aborted`,
    ],
  ])("reports that a rollout %s, and requires no approval for it", (_, before, after, ...notes) => {
    expect(review(before, after)).toMatchObject({ notes, access: [], verdict: "unchanged" });
  });

  testAll<[string, SynthesizedState]>([
    ["Cloud Run named the revision before", state(OLD, undefined as never, environment)],
    ["the image before has other settings", state(OLD, { percent: 100 }, environment, { LOG_LEVEL: "error" })],
    ["another image ran", state("europe-docker.pkg.dev/acme/shop/orders:1.13.0", { percent: 100 }, environment)],
  ])("reports that deploy will refuse a rollout if %s", (_, before) => {
    const [share, refused, ...others] = review(before, tenth).notes;
    expect([share, others]).toEqual([expect.stringContaining("10 % of calls"), [both(MOST), NO_ALARM]]);
    expect(refused).toContain(`deploy will refuse the rollout of ${orders}`);
  });

  test("reports below how many calls its alarms cannot stop a rollout", () => {
    const slo = { availability: 99.9 };
    const [before, after] = [
      state(OLD, { percent: 100 }, environment, {}, slo),
      state(NEW, { percent: 3, from: OLD }, environment, {}, slo),
    ];
    const [, , alarms] = review(before, after).notes;
    expect(alarms).toContain(`with fewer than 167 calls to ${orders} in six hours, no alarm can stop the rollout`);
  });

  test("reports nothing for an unchanged rollout", () => {
    expect(review(tenth, structuredClone(tenth))).toEqual({ notes: [], access: [], verdict: "unchanged" });
  });

  test("counts traffic to any other revision as broader", () => {
    const other = structuredClone(tenth) as SynthesizedState;
    const service = other.stack.resource.google_cloud_run_v2_service?.orders;
    (service?.traffic as { revision: string }[])[1] = { ...service?.traffic[1], revision: "orders-00001" };
    expect(review(named, other).verdict).toBe("broadened");
  });
});
