import { hashed } from "../../../../../packages/terraform-access-review/access/sidecar/fields";
import { readingsOf } from "../../../../../packages/terraform-access-review/access/sidecar/readings";

const WIDE = { safe_regex: { regex: "/orders/[^/]+" } };
const route = (template: string, match: unknown) => ({
  key: `GET ${template}`,
  method: "GET",
  template,
  isPublic: false,
  metadata: undefined,
  path: JSON.stringify(match),
});
const ROUTES = [
  route("/orders/export", { path: "/orders/export" }),
  route("/orders/totals", { path: "/orders/totals" }),
  route("/orders/{id}", WIDE),
];

/** Reads an entry that refuses paths with these readings before `GET /orders/{id}`. */
function read(...readings: readonly string[]) {
  const regex = `(?:${readings.join("|")})(?:\\?.*)?`;
  const match = { ...WIDE, headers: [{ name: ":path", string_match: { safe_regex: { regex } } }] };
  const entry = { match, direct_response: { status: 403 } };
  return readingsOf(ROUTES, [{ match, before: ["GET /orders/{id}"], entry }]);
}

test("an entry that refuses several readings keeps each from the path, and each by itself", () => {
  const [exported, totals] = ["/orders/(?i:export)", "/orders/(?:to|TO)tals(?:/[^|)]*)?"];
  const kept = (name: string, reading: string) => `/orders/{id} read as /orders/${name} but for ${hashed([reading])}`;
  expect(read(exported, totals)).toEqual({
    readings: [kept("export", exported), kept("totals", totals)],
    refusals: [],
  });
  expect(read(totals)).toEqual({
    readings: ["/orders/{id} read as /orders/export", kept("totals", totals)],
    refusals: [],
  });
});

test("paths whose names differ in their first letter alone are never read as each other", () => {
  expect(readingsOf([route("/bills/{id}", WIDE), route("/pills/all", { path: "/pills/all" })], []).readings).toEqual(
    [],
  );
});
