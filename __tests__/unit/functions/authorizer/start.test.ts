import { Connections } from "../../../../functions/authorizer/request/https-call";
import { START_MILLISECONDS, start } from "../../../../functions/authorizer/start";

const CLOUDS = ["sts.eu-west-1.amazonaws.com", "sts.googleapis.com", "iamcredentials.googleapis.com"];

/** The hosts that a start connects to, and the timeout of each fetch of keys, in milliseconds. */
async function started(handler: string | undefined, issuers: readonly string[], isReachable = true) {
  const hosts: string[] = [];
  const fetches: number[] = [];
  const open = jest.spyOn(Connections.prototype, "open").mockImplementation(async (host) => {
    hosts.push(host);
  });
  const fetchKeys = async (milliseconds: number) => {
    fetches.push(milliseconds);
    if (!isReachable) throw new Error("unreachable");
  };
  try {
    await start({
      policy: { aws: { region: "eu-west-1" } } as never,
      verifier: { issuers, fetchKeys } as never,
      environment: { ...(handler !== undefined && { _HANDLER: handler }) },
    });
  } finally {
    open.mockRestore();
  }
  return { hosts, fetches };
}

const issuers = (count: number) => Array.from({ length: count }, (_, at) => `https://issuer-${at}.example/`);

test("a start outside Lambda connects to nothing", async () => {
  expect(await started(undefined, issuers(1))).toEqual({ hosts: [], fetches: [] });
});

test("a start connects to the clouds, and fetches the keys of a single issuer instead of connecting to it", async () => {
  expect(await started("index.callers", issuers(1))).toEqual({ hosts: CLOUDS, fetches: [START_MILLISECONDS] });
});

test("with several issuers, a start fetches no keys and connects to the first eight", async () => {
  const eight = issuers(8).map((url) => new URL(url).host);
  expect(await started("index.callers", issuers(9))).toEqual({ hosts: [...CLOUDS, ...eight], fetches: [] });
});

test("the function of public routes needs no issuer", async () => {
  expect(await started("index.anonymous", issuers(1))).toEqual({ hosts: CLOUDS, fetches: [] });
});

test("a start never rejects: the first event reports what is unreachable", async () => {
  await expect(started("index.callers", issuers(1), false)).resolves.toMatchObject({ hosts: CLOUDS });
});
