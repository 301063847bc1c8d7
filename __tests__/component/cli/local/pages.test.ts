import { callMatrix } from "../../../../cli/local/matrix";
import { pageFaults } from "../../../../cli/local/pages";
import { set } from "../../../support/local/document";
import { startSmallStack } from "../../../support/local/small-stack";
import { testAll } from "../../../support/test-all";

const ORIGIN = "https://app.example";
const PAGES = { origins: [ORIGIN], headers: ["authorization"], maxAgeSeconds: 60, servicesAnswer: false };
const ALLOWED = { allow_origins: [ORIGIN], allow_methods: ["GET"], allow_headers: ["authorization"] };

/** What pages cannot do at the small HTTP API with this configuration. */
async function faults(configuration: object) {
  const clouds = await startSmallStack([
    set("aws_apigatewayv2_api.gateway", { cors_configuration: { ...ALLOWED, ...configuration } }),
  ]);
  try {
    const { routes, cells } = await callMatrix("small", clouds, []);
    // A route with ANY takes OPTIONS itself. This program declares none.
    return await pageFaults(clouds, PAGES, { cells, routes: routes.filter((route) => !route.startsWith("ANY ")) });
  } finally {
    await clouds.stop();
  }
}

test("pages of a listed origin can call every route of an HTTP API, and read the answers", async () => {
  expect(await faults({})).toEqual([]);
});

testAll<[string, object, RegExp]>([
  ["another origin", { allow_origins: ["https://other.example"] }, /cannot call .* access-control-allow-origin/],
  ["another method", { allow_methods: ["POST"] }, /cannot call .* without access-control-allow-methods/],
  ["another header", { allow_headers: ["x-other"] }, /cannot call .* without access-control-allow-headers/],
  ["any origin", { allow_origins: ["*"] }, /^a page of any origin may call /],
])("a stack that allows %s differs from the config", async (_, configuration, expected) => {
  const found = await faults(configuration);
  expect(found).toContainEqual(expect.stringMatching(expected));
});
