import { requestEvent } from "../functions/authorizer/support/event";
import { Arena } from "./support/arena";
import { bearerEvent } from "./support/bearer-event";
import { first, type Interception, silent } from "./support/internet";

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
  await Promise.all(artefacts.map((artefact) => artefact.ask(requestEvent({ routeKey: "GET /none" }))));
  await Promise.all(artefacts.map((artefact) => artefact.lines()));
  const { aws, sts, iam } = arena.hosts;
  arena.internet.intercept(aws, forService("orders", silent));
  arena.internet.intercept(sts, forService("accounts", silent));
  // Of this service every call is silent once, and the last one twice.
  for (const host of [aws, sts]) arena.internet.intercept(host, forService("catalog", first(silent)));
  arena.internet.intercept(iam, forService("catalog", silent));
  arena.internet.take();
  const [two, five] = await Promise.all([
    unavailableAfter(
      arena.callers.askAll([bearerEvent(arena.web()), bearerEvent(arena.web(["accounts/read"]), "GET /accounts/me")]),
    ),
    unavailableAfter(arena.anyone.ask(requestEvent({ routeKey: "GET /products" })).then((result) => [result])),
  ]);
  // Two tries and a pause; a busy machine may add to it.
  expect(two).toBeGreaterThanOrEqual(3000);
  expect(two).toBeLessThan(5000);
  // Four tries of 1.5 seconds would be six with the pauses: the last one gets what is left.
  expect(five).toBeGreaterThanOrEqual(5500);
  expect(five).toBeLessThan(7500);
  const lines = [...(await arena.callers.lines(2)), ...(await arena.anyone.lines())];
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
    catalog: [2, 2, 2],
  });
}, 20_000);
