import { faults } from "../../../support/config-folder";

const route = (access: string) => faults(`services: { catalog: { routes: { GET /x: ${access} } } }`);

test.each(["public", "{ access: public }", "{ scopes: [catalog/read] }"])("%s sets who may call", (access) => {
  expect(route(access)).toEqual([]);
});

test.each(["{}", "{ throttle: { ratePerSecond: 1, burst: 1 } }"])("%s does not set who may call", (access) => {
  expect(route(access)).toEqual([
    'services.catalog.routes["GET /x"]  got neither scopes nor access, expected scopes, or access: public',
  ]);
});

test("a route cannot be both public and scoped", () => {
  expect(route("{ access: public, scopes: [catalog/read] }")).toEqual([
    'services.catalog.routes["GET /x"]  got scopes and access: public, expected one of the two',
  ]);
});

test("an overlay that adds a throttle to a route in the short form must repeat its access", () => {
  expect(
    faults("services: { catalog: { routes: { GET /products: { throttle: { ratePerSecond: 1, burst: 1 } } } } }"),
  ).toEqual([
    'services.catalog.routes["GET /products"]  got neither scopes nor access, expected scopes, or access: public',
  ]);
});

test("a service has at least one route", () => {
  expect(faults("services: { catalog: { routes: { GET /products: null } } }")).toEqual([
    "services.catalog.routes  got no route, expected at least one",
  ]);
  expect(faults("services: { catalog: { routes: null } }")).toEqual([
    "services.catalog.routes  got nothing, expected a map of route keys and their access",
  ]);
});
