import { faults } from "../../../support/config-folder";

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(", ");

test("an API has at most 300 routes, each ANY counted as its methods, unless AWS raised the quota", () => {
  const routes = (count: number, more = "") =>
    faults(`services: { catalog: { routes: { ${many(count, (i) => `GET /r${i}: public`)} } } }\n${more}`);
  // Three routes are in the base.
  expect(routes(297)).toEqual([]);
  expect(routes(298)).toEqual([
    "services  got 301 routes, each ANY counted as its methods, expected at most 300 (API Gateway's quota per API)",
  ]);
  expect(routes(298, "limits: { routesPerApi: 301 }")).toEqual([]);
  expect(faults(`services: { catalog: { routes: { ${many(50, (i) => `ANY /r${i}: public`)} } } }`)).toEqual([
    expect.stringContaining("got 303 routes"),
  ]);
});

test("a user pool has at most 25 resource servers", () => {
  const services = (count: number, more = "") =>
    faults(
      `services: { ${many(count, (i) => `s${i}: { image: docker.io/acme/x, routes: { GET /s${i}: { scopes: [s${i}/read] } } }`)} }\n${more}`,
    );
  expect(services(24)).toEqual([]);
  expect(services(25)).toEqual([
    "services  got scopes of 26 resource servers, expected at most 25 (Cognito's quota of resource servers per user pool)",
  ]);
  expect(services(25, "limits: { resourceServersPerPool: 26 }")).toEqual([]);
  expect(services(25, "issuers: { customers: null }\nclients: { web: null, batch: null }")).toEqual([]);
});

test("a resource server has at most 100 scopes", () => {
  const scopes = (count: number) =>
    faults(`services: { catalog: { routes: { ${many(count, (i) => `GET /r${i}: { scopes: [catalog/s${i}] }`)} } } }`);
  expect(scopes(100)).toEqual([]);
  expect(scopes(101)).toEqual([
    "services.catalog.routes  got 101 scopes of the resource server catalog, expected at most 100 (Cognito's limit per resource server)",
  ]);
});

test("a route has at most 10 scopes", () => {
  const scopes = (count: number) =>
    faults(`services: { catalog: { routes: { GET /r: { scopes: [${many(count, (i) => `catalog/s${i}`)}] } } } }`);
  expect(scopes(10)).toEqual([]);
  expect(scopes(11)).toEqual([
    'services.catalog.routes["GET /r"].scopes  got a list, expected a list of 1-10 scopes (API Gateway\'s limit per route)',
  ]);
});
