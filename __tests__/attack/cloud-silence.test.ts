import { Arena } from "./support/arena";
import { anyoneEvent, bearerEvent } from "./support/bearer-event";
import { first, type Interception, silent, slow } from "./support/internet";

/** Clouds that take a call and never answer. */
let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open();
}, 60_000);
afterAll(() => arena?.close());

const forService =
  (service: string, interception: Interception): Interception =>
  (request, behind) =>
    arena.serviceOf(request) === service ? interception(request, behind) : behind(request);

/** Milliseconds until the answer, which must be that nobody can tell. */
async function unavailableAfter(results: Promise<readonly unknown[]>): Promise<number> {
  const startedAt = Date.now();
  for (const result of await results) expect(result).toEqual({ kind: "error", message: "unavailable" });
  return Date.now() - startedAt;
}

test("one try of a call waits 1.5 seconds, there are two, and all of them end within six seconds", async () => {
  // Both processes run, so that their start is not counted.
  const artefacts = [arena.callers, arena.anyone];
  await Promise.all(artefacts.map((artefact) => artefact.ask(anyoneEvent("GET /none"))));
  await Promise.all(artefacts.map((artefact) => artefact.lines()));
  const { aws, sts, iam } = arena.hosts;
  arena.internet.intercept(aws, forService("orders", silent));
  arena.internet.intercept(sts, forService("accounts", silent));
  // Of this service the first two calls are silent once and then slow.
  for (const host of [aws, sts]) {
    arena.internet.intercept(host, forService("catalog", slow(900)));
    arena.internet.intercept(host, forService("catalog", first(silent)));
  }
  arena.internet.intercept(iam, forService("catalog", silent));
  arena.internet.take();
  const [three, six] = await Promise.all([
    unavailableAfter(
      arena.callers.askAll([bearerEvent(arena.web()), bearerEvent(arena.web(["accounts/read"]), "GET /accounts/me")]),
    ),
    unavailableAfter(arena.anyone.ask(anyoneEvent("GET /products")).then((result) => [result])),
  ]);
  // Two tries and a pause; a busy machine may add to it.
  expect(three).toBeGreaterThanOrEqual(3000);
  expect(three).toBeLessThan(5000);
  // The third call gets what is left of the six seconds, and no second try: with one it would be nine.
  expect(six).toBeGreaterThanOrEqual(5500);
  expect(six).toBeLessThan(7500);
  const lines = [...(await arena.callers.lines()), ...(await arena.anyone.lines())];
  expect(Object.fromEntries(lines.map(({ service, reason }) => [service, reason]))).toEqual({
    orders: "assume-role",
    accounts: "token-exchange",
    catalog: "id-token",
  });
  const calls = arena.internet.calls.map((call) => `${arena.serviceOf(call.request)} ${call.host}`);
  const count = (service: string) =>
    [aws, sts, iam].map((host) => calls.filter((call) => call === `${service} ${host}`).length);
  expect({ orders: count("orders"), accounts: count("accounts"), catalog: count("catalog") }).toEqual({
    orders: [2, 0, 0],
    accounts: [1, 2, 0],
    catalog: [2, 2, 1],
  });
}, 20_000);
