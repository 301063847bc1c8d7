import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dev, faults, shownFaults } from "../../../support/config-folder";
import { ROOT } from "../../../support/places";
import { testAll } from "../../../support/test-all";

const route = (key: string, access: string) => `services: { orders: { routes: { "${key}": ${access} } } }`;
const claims = (list: string, issuer = "workforce") => `issuers: { ${issuer}: { pathClaims: [${list}] } }`;
const TENANT = "{ scopes: [orders/read], where: { tenant: claim.tenant_id } }";
const at = (key: string, path: string) => `services.orders.routes["${key}"].where${path}`;

testAll([
  [route("GET /t/{tenant}", TENANT), claims("tenant_id")],
  [route("GET /t/{tenant}", TENANT), claims("tenant_id", "customers")],
  [route("GET /t/{tenant}", TENANT), claims("tenant_id", "partner")],
  [route("ANY /t/{tenant}/{path+}", TENANT), claims("tenant_id")],
  [route("GET /t/{tenant}", "{ scopes: [orders/read], where: { tenant: { in: claim.a.b } } }"), claims("a.b")],
  [
    route("GET /t/{tenant}", "{ scopes: [orders/read], where: { tenant: claim.https://x.example/id } }"),
    claims("https://x.example/id"),
  ],
])("%s is valid with %s", (routes, issuers) => {
  expect(faults(`${routes}\n${issuers}`)).toEqual([]);
});

test("the policy has the claim of each variable, and whether it is a list", () => {
  const where = "where: { tenant: claim.tenant_id, team: { in: claim.teams } }";
  const { services } = dev(
    `${route("GET /t/{tenant}/{team}", `{ scopes: [orders/read], ${where} }`)}\n${claims("tenant_id, teams")}`,
  );
  const found = services.flatMap(({ routes }) => routes).find(({ key }) => key === "GET /t/{tenant}/{team}");
  expect(found?.access).toEqual({
    kind: "scopes",
    scopes: ["orders/read"],
    where: { team: { claim: "teams", list: true }, tenant: { claim: "tenant_id" } },
  });
});

testAll([
  [route("GET /t/{tenant}", "{ access: public, where: { tenant: claim.tenant_id } }"), at("GET /t/{tenant}", "")],
  [
    route("GET /t/{tenant}", "{ scopes: [orders/read], where: { tenat: claim.tenant_id } }"),
    at("GET /t/{tenant}", ".tenat"),
  ],
  [route("GET /t/{tenant+}", TENANT), at("GET /t/{tenant+}", ".tenant")],
  [route("GET /t", TENANT), at("GET /t", ".tenant")],
  [
    route("GET /t/{tenant}", "{ scopes: [orders/read], where: { tenant: tenant_id } }"),
    at("GET /t/{tenant}", ".tenant"),
  ],
])("%s is refused at %s", (routes, path) => {
  const found = faults(`${routes}\n${claims("tenant_id")}`);
  expect(found.map((each) => each.split("  ")[0])).toContain(path);
});

test("the example of docs/how-to/tenants.md is valid", () => {
  const page = readFileSync(join(ROOT, "docs/how-to/tenants.md"), "utf8");
  const [, example = ""] = /<!-- config: tenants -->\n```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const routes = dev(example).services.flatMap((service) => service.routes);
  expect(routes.filter(({ access }) => access.kind === "scopes" && access.where).map(({ key }) => key)).toEqual([
    "GET /tenants/{tenant}/orders",
    "POST /tenants/{tenant}/orders",
  ]);
});

test("a claim that no issuer of the callers states is refused at the comparison", () => {
  expect(faults(route("GET /t/{tenant}", TENANT))).toEqual([expect.stringContaining(at("GET /t/{tenant}", ".tenant"))]);
  const ofOther = `${route("GET /t/{tenant}", "{ scopes: [orders/write], where: { tenant: claim.tenant_id } }")}\n${claims("tenant_id")}`;
  expect(faults(ofOther)).toEqual([expect.stringContaining(at("GET /t/{tenant}", ".tenant"))]);
});

test("a misspelt claim is one error, whose remedy is the claim that the issuer lists", () => {
  const found = shownFaults(
    `${route("GET /t/{tenant}", TENANT.replace("tenant_id", "tenat_id"))}\n${claims("tenant_id")}`,
  );
  expect(found).toEqual([expect.stringContaining('did you mean "tenant_id"?')]);
});

test("a claim has one form in all routes", () => {
  const routes = `services: { orders: { routes: { "GET /a/{x}": { scopes: [orders/read], where: { x: claim.t } }, "GET /b/{x}": { scopes: [orders/read], where: { x: { in: claim.t } } } } } }`;
  expect(faults(`${routes}\n${claims("t")}`)).toEqual([expect.stringContaining(at("GET /a/{x}", ".x"))]);
});

testAll([
  ["tenant_id, tenant", "issuers.workforce.pathClaims[1]"],
  ["tenant_id, scope", "issuers.workforce.pathClaims[1]"],
])("pathClaims: [%s] has a claim too many at %s", (list, path) => {
  const found = faults(`${route("GET /t/{tenant}", TENANT)}\n${claims(list)}`);
  expect(new Set(found.map((each) => each.split("  ")[0]))).toEqual(new Set([path]));
});

test("HEAD may not leave out a comparison of GET", () => {
  const routes = (head: string) =>
    `services: { orders: { routes: { "GET /t/{tenant}": ${TENANT}, "HEAD /t/{tenant}": ${head} } } }\n${claims("tenant_id")}`;
  expect(faults(routes(TENANT))).toEqual([]);
  expect(faults(routes("{ scopes: [orders/read] }"))).toEqual([
    expect.stringContaining('services.orders.routes["HEAD /t/{tenant}"]'),
  ]);
});
