import { uncalledRoutes } from "../../../../cli/synth/uncalled-routes";
import { dev } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const places = (path: readonly string[]) => `config/dev.yaml:${path.at(-1)}`;
const route = (text: string) => dev(`services: { orders: { routes: { "GET /reports": ${text} } } }\n`);

testAll([
  [
    "{ scopes: [orders/audit] }",
    ["warning: config/dev.yaml:GET /reports: no caller can call GET /reports: no client has orders/audit"],
  ],
  ["{ scopes: [orders/audit, orders/read] }", []],
  ["public", []],
])("of a route with %s the warnings are %j", (text, warnings) => {
  expect(uncalledRoutes(route(text), places)).toEqual(warnings);
});
