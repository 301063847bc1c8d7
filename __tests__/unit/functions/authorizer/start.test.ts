import { Connections } from "../../../../functions/authorizer/request/connections";
import { START_MILLISECONDS, start } from "../../../../functions/authorizer/start";

const CLOUDS = ["sts.eu-west-1.amazonaws.com", "sts.googleapis.com", "iamcredentials.googleapis.com"];

const urlOf = (at: number) => `https://issuer-${at}.example/keys`;

/** What a start connects to, and what it asks of each issuer. */
async function started(handler: string | undefined, count: number, isReachable = true) {
  const hosts: string[] = [];
  const asked: string[] = [];
  const deadlines: number[] = [];
  const open = jest.spyOn(Connections.prototype, "open").mockImplementation(async (host) => {
    hosts.push(host);
  });
  const ask = (what: string, at: number) => async (deadline: number) => {
    asked.push(`${what} ${at}`);
    deadlines.push(deadline);
    if (!isReachable) throw new Error("unreachable");
    return urlOf(at);
  };
  const keySets = Array.from({ length: count }, (_, at) => ({
    fetchAhead: ask("keys", at),
    discoverAhead: ask("address", at),
  }));
  const before = Date.now();
  try {
    await start({
      policy: { aws: { region: "eu-west-1" } } as never,
      verifier: { keySets } as never,
      environment: { ...(handler !== undefined && { _HANDLER: handler }) },
    });
  } finally {
    open.mockRestore();
  }
  for (const deadline of deadlines) {
    expect(deadline).toBeGreaterThanOrEqual(before + START_MILLISECONDS);
    expect(deadline).toBeLessThanOrEqual(Date.now() + START_MILLISECONDS);
  }
  return { hosts, asked };
}

const FEW = Array.from({ length: 8 }, (_, at) => at);

test("a start outside Lambda connects to nothing", async () => {
  expect(await started(undefined, 1)).toEqual({ hosts: [], asked: [] });
});

test("a start connects to the clouds, and fetches the keys of an only issuer", async () => {
  expect(await started("index.callers", 1)).toEqual({ hosts: CLOUDS, asked: ["keys 0"] });
});

test("of several issuers it asks the first eight where their keys are, and connects to those hosts", async () => {
  expect(await started("index.callers", 9)).toEqual({
    hosts: [...CLOUDS, ...FEW.map((at) => new URL(urlOf(at)).host)],
    asked: FEW.map((at) => `address ${at}`),
  });
});

test("the function of public routes needs no issuer", async () => {
  expect(await started("index.anonymous", 1)).toEqual({ hosts: CLOUDS, asked: [] });
});

test.each([1, 3])(
  "a start never rejects where %i issuers are unreachable: the first event reports it",
  async (count) => {
    expect((await started("index.callers", count, false)).hosts).toEqual(CLOUDS);
  },
);
