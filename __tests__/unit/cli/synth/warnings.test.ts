import { foreignImages, lastDays, uncalledRoutes, unmountedSecrets } from "../../../../cli/synth/synth";
import type { Intent } from "../../../../intent/model/intent";
import { withOwnImages } from "../../../support/bootstrap";
import { dev } from "../../../support/config-folder";
import { bootstrapOf, intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const withAuthorities = (...expires: readonly string[]) =>
  ({
    environment: "prod",
    gateway: { mutualTls: { certificates: expires.map((day) => ({ subject: `CN=${day}`, expires: day })) } },
  }) as unknown as Intent;

test("gives the last day of each authority, however far away it is", () => {
  expect(lastDays(withAuthorities("2026-11-01", "2049-01-24"))).toEqual([
    "gateway.mutualTls trusts CN=2026-11-01 until 2026-11-01, its last day in UTC",
    "gateway.mutualTls trusts CN=2049-01-24 until 2049-01-24, its last day in UTC",
  ]);
  expect(lastDays({ environment: "dev", gateway: {} } as unknown as Intent)).toEqual([]);
});

const places = (path: readonly string[]) => `config/dev.yaml:${path.at(-1)}`;
const route = (text: string) => dev(`services: { orders: { routes: { "GET /reports": ${text} } } }\n`);

testAll([
  [
    "{ scopes: [orders/audit] }",
    ["warning: config/dev.yaml:GET /reports: no caller can call GET /reports: no client has orders/audit"],
  ],
  ["{ scopes: [orders/audit, orders/read] }", []],
  ["{ scopes: { allOf: [orders/read, orders/write] } }", []],
  [
    "{ scopes: { allOf: [orders/read, orders/audit] } }",
    [
      "warning: config/dev.yaml:GET /reports: no caller can call GET /reports: no client has orders/audit and orders/read",
    ],
  ],
  ["public", []],
])("a route with %s has the warnings %j", (text, warnings) => {
  expect(uncalledRoutes(route(text), places)).toEqual(warnings);
});

test("counts secrets without a version, and names the command that lists them", () => {
  expect(unmountedSecrets(intentOf("staging"))).toEqual([expect.stringContaining("npm run list -- staging")]);
});

test("reports nothing if all secrets are pinned", () => {
  expect(unmountedSecrets(intentOf("prod"))).toEqual([]);
});

test("a bootstrap names the repositories whose owners must let its deploy identity read", () => {
  const dev = bootstrapOf("dev");
  expect(foreignImages(dev)).toEqual([
    "unless its images are public, terraform@storefront-dev.iam.gserviceaccount.com needs roles/artifactregistry.reader on " +
      "the repository shop in europe of the project acme",
  ]);
  expect(foreignImages(withOwnImages(dev))).toEqual([]);
});
