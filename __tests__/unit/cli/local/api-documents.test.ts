import { apiDocuments, rendererFolder } from "../../../../cli/local/door";
import type { OpenApiDocument } from "../../../../cli/openapi/model";
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

test("the page has the same routes, calls through its own address, and asks for a token", () => {
  expect(tryOut?.paths).toBe(document?.paths);
  expect(tryOut?.servers.map(({ url }) => url)).toEqual(["/door"]);
  expect(tryOut?.components.securitySchemes).toMatchObject({
    customers: { type: "http", scheme: "bearer", description: expect.stringContaining("dev --as customers/web") },
    workforce: { type: "http", description: expect.stringMatching(/^(?!.*customers).*--as workforce\/0oa1example`$/s) },
  });
});

test("finds the renderer only where it is installed", () => {
  expect(rendererFolder(["/nowhere", ROOT])).toMatch(/node_modules\/swagger-ui-dist$/);
  expect(rendererFolder(["/nowhere"])).toBeUndefined();
});
