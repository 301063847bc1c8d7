import { answerOf } from "../../../../../cli/verify/deployed/answer";
import { probeRoutes } from "../../../../../cli/verify/deployed/routes";
import { keptExpectations } from "../../../../../cli/verify/probes/expectations";
import type { FrontDoor } from "../../../../../cli/verify/probes/probe";
import type { Expectation } from "../../../../../intent/model/expectation";
import { POLICY } from "../../../../support/verify/policy";

const READER = { issuer: "customers", client: "customers/reporting", subject: "s", scopes: ["orders/read"] };
const CALLERS = ["reporting", "support"].map((id) => ({
  name: `customers/${id}`,
  issuer: "customers",
  isAgent: false,
}));

const expected = (parts: Partial<Expectation>): Expectation => ({
  principals: ["anyone"],
  only: false,
  may: true,
  action: "call",
  targets: ["GET /products"],
  place: { file: "config/expectations.yaml", line: 7, column: 5, path: "dev[0]" },
  ...parts,
});
const planOf = (stated: readonly Expectation[], callers: FrontDoor["callers"] = { CALLER_TOKEN: READER }) => {
  const deployment = { kind: "http", policy: POLICY };
  const door = { deployment, routes: probeRoutes(POLICY, []), callers, expectations: { stated, callers: CALLERS } };
  return keptExpectations.plan(door as unknown as FrontDoor);
};
const asked = (stated: readonly Expectation[], callers?: FrontDoor["callers"]) => {
  const plan = planOf(stated, callers);
  return "requests" in plan ? plan.requests.map(({ path, as }) => `${path} ${as ?? "-"}`) : plan.kind;
};
const SERVED = { status: 200, headers: { server: "Google Frontend" }, body: "{}" };
const REFUSED = { status: 403, headers: {}, body: '{"message":"Forbidden"}' };
const FAILED = { status: 500, headers: {}, body: '{"message":"Internal Server Error"}' };
const judged = async (parts: Partial<Expectation>, response: typeof SERVED | typeof REFUSED) => {
  const plan = planOf([expected(parts)]);
  if (!("requests" in plan)) throw new Error(plan.kind);
  return (await plan.judge(plan.requests.map(() => answerOf(response as never)))).kind;
};

test("calls only GET routes, as callers whose token it has", () => {
  expect(asked([expected({ targets: ["GET /products", "POST /carts/{id}"] })])).toEqual(["/products -"]);
  expect(asked([expected({ principals: ["customers/*"], targets: ["GET /orders"] })])).toEqual([
    "/orders CALLER_TOKEN",
  ]);
  expect(asked([expected({ principals: ["customers/support"], targets: ["GET /refunds"] })])).toBe("could not tell");
  expect(asked([expected({ action: "invoke", principals: ["gateway"], targets: ["orders"] })])).toBe("could not tell");
});

test("only: calls as the named callers and as the others", () => {
  const only = expected({ only: true, principals: ["customers/support"], targets: ["GET /refunds"] });
  expect(asked([only])).toEqual(["/refunds -", "/refunds CALLER_TOKEN"]);
});

test("does not test a client's access with a token that has fewer scopes", () => {
  const weak = { CALLER_TOKEN: { ...READER, scopes: [] } };
  expect(asked([expected({ principals: ["customers/reporting"], targets: ["GET /orders"] })], weak)).toBe(
    "could not tell",
  );
});

test.each([
  ["may, served", {}, SERVED, "confirmed"],
  ["may, refused", {}, REFUSED, "refuted"],
  ["may, failed", {}, FAILED, "could not tell"],
  ["may not, served", { may: false, targets: ["GET /orders"] }, SERVED, "refuted"],
  ["may not, refused", { may: false, targets: ["GET /orders"] }, REFUSED, "confirmed"],
  ["may not, failed", { may: false, targets: ["GET /orders"] }, FAILED, "could not tell"],
])("%s", async (_, parts, response, verdict) => expect(await judged(parts, response)).toBe(verdict));
