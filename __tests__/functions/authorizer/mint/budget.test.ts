import { type HttpsCall, HttpsFailure, type HttpsLimits } from "../../../../functions/authorizer/https-call";
import {
  BUDGET_MILLISECONDS,
  CALL_MILLISECONDS,
  MintBudget,
  REPLY_BYTES,
} from "../../../../functions/authorizer/mint/budget";
import { refusalOf } from "../support/refusal";

const REQUEST = { method: "POST", url: "https://sts.googleapis.com/v1/token", body: "{}" } as const;

/** Answers in turn: a status, or a failure. Each takes `milliseconds`. */
function answers(turns: readonly (number | HttpsFailure)[], milliseconds = 0) {
  const limits: HttpsLimits[] = [];
  const call: HttpsCall = async (_, given) => {
    const turn = turns[limits.length];
    limits.push(given);
    jest.setSystemTime(Date.now() + milliseconds);
    if (turn === undefined) throw new Error("one call too many");
    if (turn instanceof HttpsFailure) throw turn;
    return { status: turn, body: `status ${turn}` };
  };
  return { call, limits };
}

beforeEach(() => jest.useFakeTimers({ now: 1_800_000_000_000, advanceTimers: true }));
afterEach(() => jest.useRealTimers());

test("a 200 is the answer", async () => {
  const { call, limits } = answers([200]);
  expect(await new MintBudget(call).fetch("assume-role", REQUEST)).toBe("status 200");
  expect(limits).toEqual([{ timeoutMilliseconds: CALL_MILLISECONDS, maximumBytes: REPLY_BYTES }]);
});

test.each([429, 500, 502, 503, 504, new HttpsFailure("network"), new HttpsFailure("timeout")])(
  "%s is tried once more",
  async (turn) => {
    expect(await new MintBudget(answers([turn, 200]).call).fetch("token-exchange", REQUEST)).toBe("status 200");
    const twice = answers([turn, turn, 200]);
    expect(await refusalOf(() => new MintBudget(twice.call).fetch("token-exchange", REQUEST))).toBe(
      "unavailable token-exchange",
    );
    expect(twice.limits).toHaveLength(2);
  },
);

test.each([201, 301, 302, 307, 400, 401, 403, 404, new HttpsFailure("size"), new HttpsFailure("address")])(
  "%s is not tried again",
  async (turn) => {
    const { call, limits } = answers([turn, 200]);
    expect(await refusalOf(() => new MintBudget(call).fetch("id-token", REQUEST))).toBe("unavailable id-token");
    expect(limits).toHaveLength(1);
  },
);

test("the refusal says with which status the cloud refused", async () => {
  const { call } = answers([403]);
  await expect(new MintBudget(call).fetch("id-token", REQUEST)).rejects.toMatchObject({
    details: { upstreamStatus: 403 },
  });
});

test("the pause before the retry is drawn between 50 and 250 milliseconds", async () => {
  const pauses: number[] = [];
  for (const drawn of [0, 0.5, 0.999]) {
    const random = jest.spyOn(Math, "random").mockReturnValue(drawn);
    const startedAt = Date.now();
    await new MintBudget(answers([503, 200]).call).fetch("assume-role", REQUEST);
    pauses.push(Date.now() - startedAt);
    random.mockRestore();
  }
  expect(pauses[0]).toBeGreaterThanOrEqual(50);
  expect(pauses[0]).toBeLessThan(150);
  expect(pauses[1]).toBeGreaterThanOrEqual(150);
  expect(pauses[2]).toBeGreaterThanOrEqual(249);
  expect(pauses[2]).toBeLessThan(350);
});

test("all calls together stay within six seconds, and the last one gets only what is left", async () => {
  const { call, limits } = answers([new HttpsFailure("timeout"), 200, new HttpsFailure("timeout"), 200, 200], 1500);
  const budget = new MintBudget(call);
  await budget.fetch("assume-role", REQUEST);
  await refusalOf(() => budget.fetch("token-exchange", REQUEST).then(() => budget.fetch("id-token", REQUEST)));
  const last = limits.at(-1)?.timeoutMilliseconds ?? 0;
  expect(limits).toHaveLength(4);
  expect(last).toBeLessThan(1500);
  expect(last).toBeGreaterThan(BUDGET_MILLISECONDS - 4500 - 600);
});

test("without time left there is no call", async () => {
  const { call, limits } = answers([200]);
  const budget = new MintBudget(call);
  jest.setSystemTime(Date.now() + BUDGET_MILLISECONDS);
  expect(await refusalOf(() => budget.fetch("assume-role", REQUEST))).toBe("unavailable assume-role");
  expect(limits).toEqual([]);
});
