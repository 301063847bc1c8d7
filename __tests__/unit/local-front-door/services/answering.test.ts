import { AnsweringTraces } from "../../../../packages/local-front-door/clouds";
import type { LocalAnswer } from "../../../../packages/local-front-door/net/local-http";

const ANSWER: LocalAnswer = { status: 200, body: "" };
const [ONE, OTHER] = ["a".repeat(32), "b".repeat(32)];

/** Services whose answers a test gives. */
function answering() {
  const traces = new AnsweringTraces();
  const call = (trace: string | undefined, service = "orders") => {
    const headers = trace === undefined ? [] : ([["x-cloud-trace-context", `${trace}/1;o=0`]] as const);
    let [answer, fail]: (() => void)[] = [];
    const pending = new Promise<LocalAnswer>((resolve, reject) => {
      answer = () => resolve(ANSWER);
      fail = () => reject(new Error("x"));
    });
    traces
      .during(() => pending)({ service, host: "", method: "GET", target: "/", headers, body: "" })
      .catch(() => {});
    return { answer: () => answer?.(), fail: () => fail?.() };
  };
  return { traces, call };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("a service that answers one request has its trace, until shortly after the answer", async () => {
  const { traces, call } = answering();
  const { answer } = call(ONE);
  expect([traces.onlyOf("orders"), traces.onlyOf("accounts")]).toEqual([ONE, undefined]);
  answer();
  await jest.advanceTimersByTimeAsync(99);
  expect(traces.onlyOf("orders")).toBe(ONE);
  await jest.advanceTimersByTimeAsync(2);
  expect(traces.onlyOf("orders")).toBeUndefined();
});

test("a service that answers several requests has none of their traces", async () => {
  const { traces, call } = answering();
  const [one] = [call(ONE), call(OTHER), call(OTHER, "accounts"), call(undefined)];
  expect([traces.onlyOf("orders"), traces.onlyOf("accounts")]).toEqual([undefined, OTHER]);
  one?.fail();
  await jest.advanceTimersByTimeAsync(101);
  expect(traces.onlyOf("orders")).toBe(OTHER);
});
