import { faults } from "../../../support/config-folder";

const route = (key: string) => `services: { catalog: { routes: { ${JSON.stringify(key)}: public } } }`;

test("a valid route key is no problem", () => {
  expect(faults(route("GET /a/{id}"))).toEqual([]);
});

test("a route key that API Gateway would refuse is one, at its own line", () => {
  expect(faults(route("GET /a-{id}"))).toEqual([
    'services.catalog.routes["GET /a-{id}"]  got "a-{id}" in the path /a-{id}, expected text, or one variable as in {id} or {path+}: API Gateway takes no mixture',
  ]);
});

test("an invalid route key is not said to clash with a valid one as well", () => {
  expect(faults(route("GET /products/"))).toEqual([
    'services.catalog.routes["GET /products/"]  got the path /products/, expected a path without // and without a slash at its end',
  ]);
});
