import { deploymentOf } from "../../../../cli/verify/deployment";
import type { AuthorizerPolicy } from "../../../../contract/policy-file";
import { stateOf } from "../../../support/rest-state";
import { variantOf } from "../../../support/variant";
import { deployment, ISSUER, OUTPUTS } from "../../../support/verify/deployment";

test("takes addresses from the outputs, and everything else from the reviewed files", () => {
  expect(deployment()).toMatchObject({
    byEnvoy: false,
    gateway: { origin: "https://api.test.example", basePath: "" },
    issuers: { customers: ISSUER },
    corsOrigin: "https://shop.example.com",
    kind: "http",
    awsRegion: "eu-west-1",
    googleProject: "storefront-dev",
  });
});

test("a region that shares its API's name is called at its own host", () => {
  const host = "d-1.execute-api.us-east-1.amazonaws.com";
  const at = (value: string) => deployment(undefined, { ...OUTPUTS, api_target: { value } }).gateway.at;
  expect([deployment().gateway.at, at(host)]).toEqual([undefined, host]);
  expect(() => at("127.0.0.1")).toThrow(/api_target/);
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
    stack,
  });
  expect(known).toMatchObject({
    kind: "rest",
    gateway: { origin: "https://api.test.example", basePath: "/live" },
    corsOrigin: "http://localhost:3000",
  });
});
