import type { RouteGrant } from "../../../../cli/expectations/ledger";
import { callMatrix, matrixTable, NO_TOKEN } from "../../../../cli/local/matrix";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { startSmallStack } from "../../../support/local/small-stack";

let clouds: Clouds;
beforeAll(async () => {
  clouds = await startSmallStack();
});
afterAll(() => clouds.stop());

const grant = (principal: string | undefined, route: string, service = "shop"): RouteGrant => ({
  principal,
  route,
  service,
  own: [],
  cells: { principal: principal ?? "no caller", permission: route, resource: `service ${service}`, condition: "-" },
});
const PUBLIC = [grant("anyone", "GET /open/{id}"), grant("anyone", "GET /files/{path+}")];

test("answers that match the ledger contradict nothing", async () => {
  const matrix = await callMatrix("small", clouds, PUBLIC);
  expect(matrix).toEqual({
    environment: "small",
    callers: [NO_TOKEN],
    routes: ["ANY /scoped", "GET /files/{path+}", "GET /open/{id}"],
    cells: [
      { route: "ANY /scoped", request: "GET /scoped", caller: NO_TOKEN, status: 401, allowed: false },
      {
        route: "GET /files/{path+}",
        request: "GET /files/a/b",
        caller: NO_TOKEN,
        status: 200,
        service: "shop",
        allowed: true,
      },
      {
        route: "GET /open/{id}",
        request: "GET /open/7",
        caller: NO_TOKEN,
        status: 200,
        service: "shop",
        allowed: true,
      },
    ],
    past: [],
    contradictions: [],
  });
});

test("a row of a route without callers allows none", async () => {
  const { contradictions } = await callMatrix("small", clouds, [...PUBLIC, grant(undefined, "ANY /scoped")]);
  expect(contradictions).toEqual([]);
});

test("reports a caller that passes without a row, is refused despite one, or exists only in the ledger", async () => {
  const { contradictions, ...rest } = await callMatrix("small", clouds, [
    grant("anyone", "GET /files/{path+}"),
    grant("anyone", "ANY /scoped"),
    grant("x/ghost", "GET /files/{path+}"),
    grant("anyone", "GET /gone"),
  ]);
  expect(contradictions).toEqual([
    "no token got 401 from ANY /scoped, against the row | anyone | ANY /scoped | service shop |",
    "no token got 200 from GET /open/{id}, which no row of access.md lets it call; no row names this route",
    "the stack has no such caller: | x/ghost | GET /files/{path+} | service shop |",
    "the stack has no such route: | anyone | GET /gone | service shop |",
  ]);
  expect(matrixTable({ contradictions, ...rest })).toBe(
    [
      "  1  no token",
      "",
      "                        1",
      "ANY /scoped        (401)!",
      "GET /files/{path+}  200",
      "GET /open/{id}      200 !",
    ].join("\n"),
  );
});

test("reports a route that leads to another service than its row says", async () => {
  const { contradictions } = await callMatrix("small", clouds, [
    grant("anyone", "GET /open/{id}", "vault"),
    grant("anyone", "GET /files/{path+}"),
  ]);
  expect(contradictions).toEqual([
    "no token reached shop by GET /open/{id}, against the row | anyone | GET /open/{id} | service vault |",
  ]);
});
