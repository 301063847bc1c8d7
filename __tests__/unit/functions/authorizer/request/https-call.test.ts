import { EventEmitter } from "node:events";
import https from "node:https";
import { HttpsFailure, httpsCall } from "../../../../../functions/authorizer/request/https-call";
import { testAll } from "../../../../support/test-all";

/** A discovery document of an issuer may name any of these. */
testAll([
  "not a URL",
  "http://issuer.example/keys",
  "https://issuer.example:8443/keys",
  "https://user@issuer.example/keys",
  "https://:password@issuer.example/keys",
  "https://localhost/keys",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/latest/meta-data/",
  "https://0xa9.0xfe.0xa9.0xfe/latest/meta-data/",
  "https://[fd00:ec2::254]/latest/meta-data/",
  "https://[::ffff:169.254.169.254]/latest/meta-data/",
])("calls go only to port 443 of a named host, not to %s", async (url) => {
  const call = httpsCall({ method: "GET", url }, { timeoutMilliseconds: 1, maximumBytes: 1 });
  const failure = await call.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(HttpsFailure);
  expect(failure).toMatchObject({ kind: "address", transient: false });
});

const URL_OF_KEYS = "https://issuer.example/keys";
const LIMITS = { timeoutMilliseconds: 1500, maximumBytes: 10 };

/** The result of a call whose simulated server does this. */
async function outcomeOf(serve: (call: EventEmitter, response: EventEmitter) => void) {
  const call = Object.assign(new EventEmitter(), { socket: null, reusedSocket: false, destroy() {}, end() {} });
  const sent = jest.spyOn(https, "request").mockReturnValue(call as never);
  try {
    const outcome = httpsCall({ method: "GET", url: URL_OF_KEYS }, LIMITS);
    serve(call, Object.assign(new EventEmitter(), { statusCode: 200 }));
    return await outcome.catch(({ kind, transient }: HttpsFailure) => ({ kind, transient }));
  } finally {
    sent.mockRestore();
  }
}

function answer(call: EventEmitter, response: EventEmitter, chunks: readonly string[]): void {
  call.emit("response", response);
  for (const chunk of chunks) response.emit("data", Buffer.from(chunk));
}

test("a response may have the maximum size over all of its parts, and no more", async () => {
  const full = await outcomeOf((call, response) => {
    answer(call, response, ["12345", "67890"]);
    response.emit("end");
  });
  expect(full).toEqual({ status: 200, body: "1234567890" });
  expect(await outcomeOf((call, response) => answer(call, response, ["12345", "678901"]))).toEqual({
    kind: "size",
    transient: false,
  });
});

test("a connection that breaks before or during a response may be retried", async () => {
  const broken = { kind: "network", transient: true };
  expect(await outcomeOf((call) => call.emit("error", new Error("reset")))).toEqual(broken);
  const within = outcomeOf((call, response) => {
    answer(call, response, ["12345"]);
    response.emit("error", new Error("reset"));
  });
  expect(await within).toEqual(broken);
});

test("a call ends after its timeout, and may be retried", async () => {
  jest.useFakeTimers();
  try {
    const late = outcomeOf(() => jest.advanceTimersByTime(LIMITS.timeoutMilliseconds));
    expect(await late).toEqual({ kind: "timeout", transient: true });
  } finally {
    jest.useRealTimers();
  }
});

test("a connection that broke while the process was frozen is replaced, and the call gets its whole time again", async () => {
  jest.useFakeTimers();
  const calls = [0, 1].map(() =>
    Object.assign(new EventEmitter(), { socket: null, reusedSocket: false, destroy() {}, end() {} }),
  );
  const sent = jest.spyOn(https, "request").mockImplementation(() => calls[sent.mock.calls.length - 1] as never);
  try {
    const outcome = httpsCall({ method: "GET", url: URL_OF_KEYS }, LIMITS);
    // The timer runs an hour late, and the broken connection is noticed just before the call's second time is over.
    jest.setSystemTime(Date.now() + 3_600_000);
    jest.advanceTimersByTime(LIMITS.timeoutMilliseconds);
    jest.advanceTimersByTime(LIMITS.timeoutMilliseconds - 1);
    calls[0]?.emit("error", new Error("reset"));
    await jest.advanceTimersByTimeAsync(LIMITS.timeoutMilliseconds - 1);
    const response = Object.assign(new EventEmitter(), { statusCode: 200 });
    calls[1]?.emit("response", response);
    response.emit("end");
    expect(await outcome).toEqual({ status: 200, body: "" });
  } finally {
    sent.mockRestore();
    jest.useRealTimers();
  }
});
