import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiDocuments, rendererFolder } from "../../../../cli/local/door";
import type { OpenApiDocument } from "../../../../cli/openapi/model";
import { ORDERS } from "../../../support/openapi/orders";
import { ROOT } from "../../../support/places";
import { intentOf, SHOP_CONFIG } from "../../../support/shop";

const callers = ["customers/web", "workforce/0oa1example"].map((name) => ({ name }));
const door = { url: "http://127.0.0.1:8080", cognitoUrl: "http://127.0.0.1:8180", callers };
const fail = (message: string) => {
  throw new Error(message);
};
const { document, tryOut } = apiDocuments(intentOf("dev"), door as never, {
  configDir: SHOP_CONFIG,
  warn: fail,
}) as unknown as Record<string, OpenApiDocument>;

test("programs get the addresses of the local front door", () => {
  expect(document?.servers.map(({ url }) => url)).toEqual(["http://127.0.0.1:8080"]);
  expect(document?.components.securitySchemes.customers).toMatchObject({
    flows: { clientCredentials: { tokenUrl: "http://127.0.0.1:8180/storefront-dev/oauth2/token" } },
  });
});

/** Returns the summary of each route on the page, by its key. */
const summaries = (page: OpenApiDocument | undefined) =>
  Object.fromEntries(
    Object.values(page?.paths ?? {}).flatMap((item) =>
      Object.values(item).map((operation) => [operation["x-route-key"], operation.summary]),
    ),
  );

test("the page shows next to each route who may call it, or the summary of the service's own document", () => {
  expect(summaries(tryOut)).toMatchObject({ "GET /orders/export": "needs orders/export", "GET /products": "public" });
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  writeFileSync(join(folder, "base.yaml"), "services: { orders: { openapi: ./orders.yaml } }");
  writeFileSync(join(folder, "dev.yaml"), "{}");
  writeFileSync(join(folder, "orders.yaml"), JSON.stringify(ORDERS));
  const described = apiDocuments(intentOf("dev"), door as never, { configDir: folder, warn: fail });
  rmSync(folder, { recursive: true });
  expect(summaries(described.tryOut as OpenApiDocument)).toMatchObject({
    "GET /orders": "All orders",
    "GET /products": "public",
  });
});

test("the page has the same routes, calls through its own address, and asks for a token", () => {
  expect(Object.keys(tryOut?.paths ?? {})).toEqual(Object.keys(document?.paths ?? {}));
  expect(tryOut?.servers.map(({ url }) => url)).toEqual(["/door"]);
  expect(tryOut?.components.securitySchemes).toMatchObject({
    customers: { type: "http", scheme: "bearer", description: expect.stringContaining("dev --as customers/web") },
    workforce: { type: "http", description: expect.stringMatching(/^(?!.*customers).*--as workforce\/0oa1example`$/s) },
  });
});

test("finds the renderer only where it is installed", () => {
  expect(rendererFolder(["/nowhere", ROOT])).toMatch(/node_modules[/\\]swagger-ui-dist$/);
  expect(rendererFolder(["/nowhere"])).toBeUndefined();
});
