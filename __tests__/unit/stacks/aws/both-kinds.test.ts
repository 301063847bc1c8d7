import { stackOf } from "../../../support/stack";
import { variantOf } from "../../../support/variant";

const http = stackOf(variantOf("dev", {}));
const both = stackOf(variantOf("dev", { gateway: { alsoServe: "rest" } }));
const rest = stackOf(variantOf("dev", { gateway: { kind: "rest", alsoServe: "http" } }));
const alone = stackOf(variantOf("dev", { gateway: { kind: "rest" } }));

test("alsoServe adds the other kind and changes nothing of the first", () => {
  for (const address of http.addresses()) {
    const [type = "", name = ""] = address.split(".");
    expect({ address, ...both.resource(type, name) }).toEqual({ address, ...http.resource(type, name) });
  }
  expect(both.addresses()).toEqual(expect.arrayContaining([...alone.addresses()]));
});

test("swapping kind and alsoServe changes only the address that callers use", () => {
  expect(rest.addresses()).toEqual(both.addresses());
  expect(both.json.output.api_url.value).toBe("${aws_apigatewayv2_stage.gateway.invoke_url}");
  expect(both.json.output.beside_url.value).toBe("${aws_api_gateway_stage.gateway.invoke_url}");
  expect(rest.json.output.api_url.value).toBe("${aws_api_gateway_stage.gateway.invoke_url}");
});

test("removing alsoServe removes the first kind and leaves the other unchanged", () => {
  // A service behind an HTTP API waits for its authorizers, which only orders an apply.
  const changing = ({ type, name, of }: { type: string; name: string; of: typeof both }) => {
    const { depends_on, ...body } = of.resource(type, name);
    return type === "google_cloud_run_v2_service" ? body : { ...body, depends_on };
  };
  for (const address of alone.addresses()) {
    const [type = "", name = ""] = address.split(".");
    const [one, other] = [alone, both].map((of) => ({ address, ...changing({ type, name, of }) }));
    expect(one).toEqual(other);
  }
  expect(alone.addresses().filter((address) => address.startsWith("aws_apigatewayv2"))).toEqual([]);
});
