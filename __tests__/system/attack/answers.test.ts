import { requestEvent } from "../../support/authorizer/event";
import { Arena } from "./support/arena";

/** What a caller may learn from an answer, and what no event may cause. Each answer: `unit/functions/authorizer/handler/`. */
let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open("http");
}, 60_000);
afterAll(() => arena?.close());

test("an event of another shape cannot be decided: payload format 1.0, one without context, and none at all", async () => {
  const nothing = { kind: "error", message: "unavailable" };
  await arena.reset();
  await arena.callers.ask(arena.bearerEvent(arena.web()));
  const event = requestEvent({ routeKey: "GET /orders", authorization: `Bearer ${arena.web()}` });
  const { authorization: identitySource = "" } = event.headers ?? {};
  const version1 = {
    version: "1.0",
    type: "REQUEST",
    methodArn: event.routeArn,
    identitySource,
    authorizationToken: identitySource,
  };
  const others = [
    version1,
    {},
    [],
    { ...event, identitySource },
    { ...event, requestContext: undefined, routeKey: undefined },
  ];
  const processes = arena.callers.processes;
  for (const other of others) expect(await arena.callers.ask(other)).toEqual(nothing);
  expect(arena.callers.processes).toEqual(processes);
  expect((await arena.callers.ask(event)).kind).toBe("answer");
});

test("a refusal reveals nothing about what would have worked: all refusals have the same bytes", async () => {
  await arena.reset();
  const now = arena.customers.now();
  const refusals: [string, string][] = [
    ["/orders/export", arena.web()],
    ["/orders/export", arena.web(["orders/export"])],
    ["/orders", arena.web([])],
    ["/orders", arena.web(["orders/read"], { exp: now - 60 })],
    ["/orders", arena.web(["orders/read"], { client_id: "another" })],
    ["/orders", arena.web(["orders/read"], { iss: "https://evil.example" })],
    ["/orders", arena.customers.token(arena.webClaims(), { header: { kid: "unknown" } })],
    ["/orders", arena.customers.token(arena.webClaims(), { header: { alg: "none" } })],
    [
      "/orders",
      arena.customers.token(arena.webClaims(), { pair: { ...arena.workforce.pair, jwk: arena.customers.pair.jwk } }),
    ],
    ["/orders", arena.aws.token({ ...arena.nightlyClaims(), sub: "another" })],
    ["/orders", arena.aws.token({ ...arena.nightlyClaims(), aud: "another" })],
    ["/orders/EXPORT", arena.web()],
    ["/accounts/me", arena.workforce.token(arena.employeeClaims(["orders/read"]))],
    ["/orders", "junk"],
  ];
  const answers: string[] = [];
  for (const [path, token] of refusals) {
    const { status: code, headers, body } = await arena.send(path, { token });
    const { "apigw-requestid": _, date: __, ...rest } = headers;
    answers.push(JSON.stringify([code, rest, body]));
  }
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0] ?? "")).toMatchObject([arena.api.forbidden.status, {}, arena.api.forbidden.body]);
  // They are refused for as many different reasons, which only the log shows.
  expect(new Set((await arena.callers.lines()).map(({ reason }) => reason)).size).toBeGreaterThanOrEqual(11);
});
