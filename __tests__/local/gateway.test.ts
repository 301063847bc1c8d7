import { join } from "node:path";
import { localGateways } from "../../local/gateways";
import { Stack } from "../../local/stack";
import { LocalTrace } from "../../local/trace";
import { type Change, set } from "./support/document";
import { startSmallStack } from "./support/small-stack";

const API = "aws_apigatewayv2_api.gateway";
const STAGE = "aws_apigatewayv2_stage.gateway";

test.each<[string, Change]>([
  [`${API}.protocol_type`, set(API, { protocol_type: "WEBSOCKET" })],
  [`${API}.disable_execute_api_endpoint`, set(API, { disable_execute_api_endpoint: true })],
  [`${STAGE}.name`, set(STAGE, { name: "prod" })],
  [`${STAGE}.auto_deploy`, set(STAGE, { auto_deploy: false })],
  [`${STAGE}.client_certificate_id`, set(STAGE, { client_certificate_id: "x" })],
  [
    "aws_apigatewayv2_api: expected exactly one",
    (document) => Object.assign(document.resource.aws_apigatewayv2_api ?? {}, { other: { protocol_type: "HTTP" } }),
  ],
])("%s: the gateway does not start", async (message, change) => {
  await expect(startSmallStack([change])).rejects.toThrow(message);
});

/** Every type that the gateway reads, with one resource of it. */
const RESOURCES = [
  API,
  STAGE,
  "aws_apigatewayv2_route.open",
  "aws_apigatewayv2_authorizer.scoped",
  "aws_apigatewayv2_integration.shop",
  "aws_lambda_permission.public",
];

test.each(RESOURCES)("an attribute of %s that nobody here knows stops the start", async (address) => {
  for (const attribute of ["made_up", "region", "provider", "count"]) {
    await expect(startSmallStack([set(address, { [attribute]: "x" })])).rejects.toThrow(
      `${address}.${attribute}: unknown to the local stand-in`,
    );
  }
});

test.each([
  `${STAGE}.api_id`,
  "aws_apigatewayv2_route.open.api_id",
  "aws_apigatewayv2_authorizer.scoped.api_id",
  "aws_apigatewayv2_integration.shop.api_id",
])("a part of another API stops the start: %s", async (attribute) => {
  const address = attribute.replace(/\.api_id$/, "");
  await expect(startSmallStack([set(address, { api_id: "other" })])).rejects.toThrow(`${attribute}: got other`);
});

test("the committed stacks have no attribute that the gateway does not know", () => {
  for (const environment of ["dev", "staging", "prod"]) {
    const stack = Stack.read(join(__dirname, "../../synthesized", environment, "main.tf.json"));
    const internet = { port: 0, authorityFile: "", authority: "", follow: () => {} };
    expect(() => localGateways(stack, [], internet, new LocalTrace())).not.toThrow();
  }
});

test("every answer has the request's id, and no two have the same", async () => {
  const clouds = await startSmallStack();
  const ids = await Promise.all(
    ["/open/1", "/open/2", "/scoped", "/nowhere"].map(async (path) =>
      (await fetch(`${clouds.url}${path}`)).headers.get("apigw-requestid"),
    ),
  );
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9+]{15}=$/);
  await clouds.stop();
});

test("it listens on this machine alone", async () => {
  const clouds = await startSmallStack();
  expect(clouds.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await clouds.stop();
});
