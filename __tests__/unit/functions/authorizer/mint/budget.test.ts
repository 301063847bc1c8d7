import {
  BUDGET_MILLISECONDS,
  CALL_MILLISECONDS,
  MintBudget,
  REPLY_BYTES,
} from "../../../../../functions/authorizer/mint/budget";
import {
  type HttpsCall,
  HttpsFailure,
  type HttpsLimits,
  type HttpsResponse,
} from "../../../../../functions/authorizer/request/https-call";
import { FakeTime } from "../../../../support/authorizer/fake-time";
import { refusalOf } from "../../../../support/authorizer/refusal";

const REQUEST = { method: "POST", url: "https://sts.googleapis.com/v1/token", body: "{}" } as const;

/** A budget with a clock that each call advances by `milliseconds`, and each pause by its length. */
function budgetOf(turns: readonly (number | HttpsFailure | HttpsResponse)[], milliseconds = 0) {
  const limits: HttpsLimits[] = [];
  const time = new FakeTime();
  const call: HttpsCall = async (_, given) => {
    const turn = turns[limits.length];
    limits.push(given);
    time.pass(milliseconds);
    if (turn === undefined) throw new Error("one call too many");
    if (turn instanceof HttpsFailure) throw turn;
    return typeof turn === "number" ? { status: turn, body: `status ${turn}` } : turn;
  };
  return { budget: new MintBudget(call), limits, pauses: time.pauses, time };
}

afterEach(() => jest.restoreAllMocks());

test("returns a 200 response", async () => {
  const { budget, limits } = budgetOf([200]);
  expect(await budget.fetch("assume-role", REQUEST)).toBe("status 200");
  expect(limits).toEqual([{ timeoutMilliseconds: CALL_MILLISECONDS, maximumBytes: REPLY_BYTES }]);
});

/** The result of a call: a status, or the kind of its failure. */
const turnOf = (what: number | HttpsFailure["kind"]) => (typeof what === "number" ? what : new HttpsFailure(what));

test.each([429, 500, 502, 503, 504, "network", "timeout"] as const)("%s is retried once", async (what) => {
  const turn = turnOf(what);
  expect(await budgetOf([turn, 200]).budget.fetch("token-exchange", REQUEST)).toBe("status 200");
  const { budget, limits, pauses } = budgetOf([turn, turn, 200]);
  expect(await refusalOf(() => budget.fetch("token-exchange", REQUEST))).toBe("unavailable token-exchange");
  expect([limits.length, pauses.length]).toEqual([2, 1]);
});

test.each([201, 301, 302, 307, 400, 401, 403, 404, "size", "address"] as const)("%s is not retried", async (what) => {
  const { budget, limits, pauses } = budgetOf([turnOf(what), 200]);
  expect(await refusalOf(() => budget.fetch("id-token", REQUEST))).toBe("unavailable id-token");
  expect([limits.length, pauses.length]).toEqual([1, 0]);
});

/** An error of AWS STS, which has status 400 for throttling and for mistakes alike. */
const awsError = (code: string): HttpsResponse => ({
  status: 400,
  body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>Rate exceeded</Message>
  </Error>
</ErrorResponse>`,
});

test.each(["Throttling", "ThrottlingException", "RequestLimitExceeded"])(
  "AWS STS throttles with 400 and %s, which is retried once",
  async (code) => {
    expect(await budgetOf([awsError(code), 200]).budget.fetch("assume-role", REQUEST)).toBe("status 200");
    const { budget, limits } = budgetOf([awsError(code), awsError(code), 200]);
    expect(await refusalOf(() => budget.fetch("assume-role", REQUEST))).toBe("unavailable assume-role");
    expect(limits).toHaveLength(2);
  },
);

test.each(["ValidationError", "RegionDisabledException", "MalformedPolicyDocument"])(
  "a 400 with any other code (%s) is not retried",
  async (code) => {
    const { budget, limits } = budgetOf([awsError(code), 200]);
    expect(await refusalOf(() => budget.fetch("assume-role", REQUEST))).toBe("unavailable assume-role");
    expect(limits).toHaveLength(1);
  },
);

test.each([429, awsError("Throttling")])(
  "the pause after throttling (%j) is uniformly random between 250 and 1,000 milliseconds",
  async (throttled) => {
    const { budget, pauses } = budgetOf([throttled, 200, throttled, 200, throttled, 200]);
    for (const drawn of [0, 0.5, 0.996]) {
      jest.spyOn(Math, "random").mockReturnValue(drawn);
      await budget.fetch("token-exchange", REQUEST);
    }
    expect(pauses).toEqual([250, 625, 997]);
  },
);

test("the pause before the retry is uniformly random between 50 and 250 milliseconds", async () => {
  const { budget, pauses } = budgetOf([503, 200, 503, 200, 503, 200]);
  for (const drawn of [0, 0.5, 0.995]) {
    jest.spyOn(Math, "random").mockReturnValue(drawn);
    await budget.fetch("assume-role", REQUEST);
  }
  expect(pauses).toEqual([50, 150, 249]);
});

test("all calls together stay within six seconds, and the last one gets the remaining time", async () => {
  const timeout = new HttpsFailure("timeout");
  jest.spyOn(Math, "random").mockReturnValue(0.5);
  const { budget, limits } = budgetOf([timeout, 200, timeout, 200, 200], CALL_MILLISECONDS);
  await budget.fetch("assume-role", REQUEST);
  await budget.fetch("token-exchange", REQUEST);
  expect(await refusalOf(() => budget.fetch("id-token", REQUEST))).toBe("unavailable id-token");
  // 6,000 minus three calls of 1,500 and two pauses of 150.
  expect(limits.map(({ timeoutMilliseconds }) => timeoutMilliseconds)).toEqual([1500, 1500, 1500, 1200]);
});

test("a frozen call uses up only its own timeout, and there is no call without time left", async () => {
  const { budget, limits } = budgetOf([200, 200, 200, 200, 200], 3_600_000);
  for (let count = 0; count < BUDGET_MILLISECONDS / CALL_MILLISECONDS; count += 1) {
    expect(await budget.fetch("assume-role", REQUEST)).toBe("status 200");
  }
  expect(await refusalOf(() => budget.fetch("assume-role", REQUEST))).toBe("unavailable assume-role");
  expect(limits.map(({ timeoutMilliseconds }) => timeoutMilliseconds)).toEqual(Array(4).fill(CALL_MILLISECONDS));
});
