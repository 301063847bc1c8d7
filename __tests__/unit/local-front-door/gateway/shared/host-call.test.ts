import {
  callHost,
  type HostCall,
  HostTimeout,
  wholeAnswer,
} from "../../../../../packages/local-front-door/gateway/shared/host-call";
import type { LocalAnswer, LocalRequest } from "../../../../../packages/local-front-door/net/local-http";
import { callerOf } from "../../../../../packages/local-front-door/net/local-http";

const CALL: HostCall = {
  url: new URL("https://one.example"),
  method: "POST",
  target: "/a?b",
  headers: [],
  body: Buffer.from("é"),
};

/** The request that a host receives, and the answer that the caller receives. */
async function called(answer: LocalAnswer, change: Partial<HostCall> = {}) {
  let asked: LocalRequest | undefined;
  const ask = async (request: LocalRequest) => {
    asked = request;
    return answer;
  };
  const received = await callHost(ask, { ...CALL, ...change }, 1000, async (each) => each);
  return { asked, received };
}

test("a host gets the call as over HTTP, with its own name and the body's length", async () => {
  const { asked } = await called({ status: 200, body: "" }, { headers: [["X-A", "1"]] });
  expect(asked).toMatchObject({ method: "POST", host: "one.example", target: "/a?b", body: "é" });
  expect(asked?.headers).toEqual([
    ["X-A", "1"],
    ["Host", "one.example"],
    ["Content-Length", "2"],
  ]);
});

test("header names arrive in lower case, and there is no body if HTTP has none", async () => {
  const answer = { status: 200, headers: { "X-A": "1" }, body: "text" };
  const received = async (status: number, method?: string) =>
    (await called({ ...answer, status }, method ? { method } : {})).received;
  expect(await received(200)).toMatchObject({ headers: { "x-a": "1" }, bytes: Buffer.from("text") });
  const lengths = [await received(200, "HEAD"), await received(204), await received(304)].map(
    ({ bytes }) => bytes.length,
  );
  expect(lengths).toEqual([0, 0, 0]);
});

test("a call that HTTP cannot carry is refused", async () => {
  const refused: Partial<HostCall>[] = [
    { method: "ANY" },
    { target: "/a b" },
    { target: "/\u0100" },
    { headers: [["x-a", "1\r\nx-b: 2"]] },
    { headers: [["x-a", "\u0100"]] },
    { headers: [["x a", "1"]] },
  ];
  for (const change of refused) await expect(called({ status: 200, body: "" }, change)).rejects.toThrow();
});

test("a host that is not in the stack is an error, and a host that fails answers 500", async () => {
  const ask = callerOf(() => new Map([["one.example", () => Promise.reject(new Error("a bug"))]]));
  const two = { ...CALL, url: new URL("https://two.example") };
  await expect(callHost(ask, two, 1000, async () => {})).rejects.toThrow("two.example is not a host of this stack");
  const broken = await callHost(ask, CALL, 1000, async ({ status, bytes }) => `${status} ${bytes}`);
  expect(broken).toBe("500 the stand-in failed: a bug");
});

test("a call that takes too long is cancelled, whether it has started or not", async () => {
  for (const begun of [true, false]) {
    let ended = 0;
    let begin = () => {};
    const ask = ({ onGivenUp }: LocalRequest) => {
      begin = () => onGivenUp?.(() => (ended += 1));
      if (begun) begin();
      return new Promise<LocalAnswer>(() => {});
    };
    await expect(callHost(ask, CALL, 1, async () => {})).rejects.toThrow(HostTimeout);
    if (!begun) begin();
    expect(ended).toBe(1);
  }
});

test("an answer may have the maximum length, in one piece or in several", async () => {
  async function* pieces() {
    yield Buffer.from("ab");
    yield Buffer.from("c");
  }
  const whole = async (answer: Partial<LocalAnswer>, most: number) =>
    (await wholeAnswer((await called({ status: 200, body: "abc", ...answer })).received, most))?.toString();
  expect([await whole({}, 3), await whole({}, 2)]).toEqual(["abc", undefined]);
  expect([await whole({ stream: pieces() }, 3), await whole({ stream: pieces() }, 2)]).toEqual(["abc", undefined]);
});
