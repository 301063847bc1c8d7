import { deployedValues, variablesOf } from "../../../../cli/terraform/outputs";
import { deploymentOf } from "../../../../cli/verify/deployment";
import { ISSUER, OUTPUTS, STACK } from "../../../support/verify/deployment";
import { POLICY } from "../../../support/verify/policy";

test("reads addresses, issuers and clients", () => {
  const values = deployedValues(OUTPUTS, "dev");
  expect(values.api.href).toBe("https://api.test.example/");
  expect(values.services).toEqual({ orders: "https://orders.run.example", catalog: "https://catalog.run.example" });
  expect(variablesOf(POLICY, values)).toEqual({
    ISSUER_CUSTOMERS: ISSUER,
    CLIENT_REPORTING: "reporting-id",
    CLIENT_SUPPORT: "support-id",
  });
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
  expect(() => deployedValues({ ...OUTPUTS, api_url: { value } }, "dev")).toThrow(
    `output api_url: got ${value}, expected the https address`,
  );
  const services = { value: { ...OUTPUTS.services.value, orders: { url: value } } };
  expect(() => deployedValues({ ...OUTPUTS, services }, "dev")).toThrow("output services.orders.url");
});

test("distinguishes a missing or different deployment from a broken front door", () => {
  expect(() => deployedValues({}, "dev")).toThrow(
    "dev: Terraform has no outputs of a deployed front door\n    deploy it first",
  );
  const outputs = { ...OUTPUTS, services: { value: { orders: OUTPUTS.services.value.orders } } };
  expect(() => deploymentOf({ environment: "dev", outputs, policy: POLICY, stack: STACK })).toThrow(
    "synthesized/ has services that are not deployed: catalog",
  );
});
