import { EMPTIED_HEADERS, REMOVED_HEADERS } from "../../../../stacks/aws/request-headers";
import { verifying } from "../../../support/local/verifying";
import { restDev } from "../../../support/rest";
import { devStack, stackOf } from "../../../support/stack";

/** The variable that a CGI-like server derives from a header. */
const variable = (name: string) => name.toUpperCase().replaceAll("-", "_");

test("an HTTP API removes every spelling that a CGI-like server reads as a gateway header or a rerouting header", () => {
  const { request_parameters } = devStack().resource("aws_apigatewayv2_integration", "orders");
  const written = Object.keys(request_parameters).flatMap((key) => /^overwrite:header\.(.+)$/.exec(key)?.[1] ?? []);
  expect(written.length).toBeGreaterThan(5);
  const believed = [...written, "X-HTTP-Method-Override", "X-Original-URL", "X-Script-Name"];
  for (const name of believed) {
    const dashes = [...name.matchAll(/-/g)].map(({ index }) => index);
    for (let chosen = 1; chosen < 2 ** dashes.length; chosen += 1) {
      const twin = [...name]
        .map((each, at) => (chosen & (1 << dashes.indexOf(at)) && each === "-" ? "_" : each))
        .join("");
      expect([twin, variable(twin) === variable(name), request_parameters[`remove:header.${twin}`]]).toEqual([
        twin,
        true,
        "''",
      ]);
    }
  }
  for (const name of ["SCRIPT_NAME", "PATH_INFO", "REQUEST_URI"]) expect(REMOVED_HEADERS).toContain(name);
});

test("no header that the gateway writes is removed, and none is named twice", () => {
  const names = REMOVED_HEADERS.map((name) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  const { request_parameters } = devStack().resource("aws_apigatewayv2_integration", "orders");
  const written = Object.keys(request_parameters).flatMap((key) => /^overwrite:header\.(.+)$/.exec(key)?.[1] ?? []);
  expect(written.filter((name) => names.includes(name.toLowerCase()))).toEqual([]);
});

test("a REST API empties rerouting headers, but not other spellings of headers it writes, which servers would join", () => {
  const { request_parameters } = stackOf(restDev()).resource("aws_api_gateway_integration", "orders_get_orders");
  const header = (name: string) => request_parameters[`integration.request.header.${name}`];
  for (const name of ["SCRIPT_NAME", "X_HTTP_Method_Override", "X-Forwarded-Prefix"])
    expect([name, header(name)]).toEqual([name, "''"]);
  for (const name of EMPTIED_HEADERS) expect([name, header(name)]).toEqual([name, "''"]);
  expect([header("X_Caller_Subject"), header("X-Caller-Subject")]).toEqual([undefined, "context.authorizer.subject"]);
});

test("a REST API sends Envoy no header with an underscore, because Envoy refuses such requests", () => {
  const stack = stackOf(verifying(restDev()));
  const sent = Object.keys(stack.resource("aws_api_gateway_integration", "orders_get_orders").request_parameters);
  expect(sent).toContain("integration.request.header.X-HTTP-Method-Override");
  expect(sent.filter((name) => name.startsWith("integration.request.header.") && name.includes("_"))).toEqual([]);
});
