import type { TerraformJson } from "../../../../../cli/synthesis/review-text";
import { deploymentOf } from "../../../../../cli/verify/deployed/deployment";
import type { AuthorizerPolicy } from "../../../../../contract/policy-file";
import { stateOf } from "../../../../support/rest-state";
import { variantOf } from "../../../../support/variant";
import { ISSUER, OUTPUTS, STACK } from "../../../../support/verify/deployment";
import { POLICY } from "../../../../support/verify/policy";

const read = (outputs: unknown, stack: object = STACK) =>
  deploymentOf({ environment: "dev", outputs, policy: POLICY, stack: stack as typeof STACK });

test("takes addresses from the outputs, and everything else from the reviewed files", () => {
  expect(read(OUTPUTS)).toEqual({
    environment: "dev",
    byEnvoy: false,
    gateway: { origin: "https://api.test.example", basePath: "" },
    services: { orders: "https://orders.run.example", catalog: "https://catalog.run.example" },
    policy: POLICY,
    issuers: { customers: ISSUER },
    variables: { ISSUER_CUSTOMERS: ISSUER, CLIENT_REPORTING: "reporting-id", CLIENT_SUPPORT: "support-id" },
    corsOrigin: "https://shop.example.com",
    kind: "http",
    withheld: [],
    logs: {
      awsRegion: "eu-west-1",
      accessLogGroup: "/aws/vendedlogs/storefront-dev-access",
      googleProject: "storefront-dev",
    },
  });
});

test("calls a REST API under its stage's name", () => {
  const { stack, policy } = stateOf(variantOf("dev", { gateway: { kind: "rest" } }));
  const known = deploymentOf({
    environment: "dev",
    outputs: {
      ...OUTPUTS,
      api_url: { value: "https://api.test.example/live" },
      services: { value: { ...OUTPUTS.services.value, accounts: { url: "https://accounts.run.example" } } },
    },
    policy: policy as unknown as AuthorizerPolicy,
    stack: stack as unknown as TerraformJson,
  });
  expect(known).toMatchObject({
    kind: "rest",
    gateway: { origin: "https://api.test.example", basePath: "/live" },
    corsOrigin: "http://localhost:3000",
    logs: { accessLogGroup: "/aws/vendedlogs/storefront-dev-rest-access" },
  });
  expect(known.withheld).toContain("GET /orders");
});

test("a stack without CORS has no allowed origin", () => {
  const stack = { ...STACK, resource: { ...STACK.resource, aws_apigatewayv2_api: { gateway: {} } } };
  expect(read(OUTPUTS, stack).corsOrigin).toBeUndefined();
});

test.each([
  "http://api.test.example/",
  "https://127.0.0.1/",
  "https://[::1]/",
  "https://localhost/",
  "https://api.test.example:8443/",
  "https://user@api.test.example/",
  "https://api.test.example/?x=1",
  "api.test.example",
])("sends no token to %s", (value) => {
  expect(() => read({ ...OUTPUTS, api_url: { value } })).toThrow(
    `output api_url: got ${value}, expected the https address`,
  );
  expect(() =>
    read({ ...OUTPUTS, services: { value: { ...OUTPUTS.services.value, orders: { url: value } } } }),
  ).toThrow("output services.orders.url");
});

test("distinguishes a missing or different deployment from a broken front door", () => {
  expect(() => read({})).toThrow("dev: Terraform has no outputs of a deployed front door\n    deploy it first");
  expect(() => read({ ...OUTPUTS, services: { value: { orders: OUTPUTS.services.value.orders } } })).toThrow(
    "synthesized/ has services that are not deployed: catalog",
  );
});
