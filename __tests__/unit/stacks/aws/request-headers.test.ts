import { CALLER_HEADERS, REROUTING_HEADERS } from "../../../../contract/caller-headers";
import { EMPTIED_HEADERS } from "../../../../stacks/aws/request-headers";
import { verifying } from "../../../support/local/verifying";
import { restDev } from "../../../support/rest";
import { intentOf } from "../../../support/shop";
import { devStack, type Synthesized, stackOf } from "../../../support/stack";

/** The variable that a CGI-like server derives from a header. */
const variable = (name: string) => name.toUpperCase().replaceAll("-", "_");

const parametersOf = (stack: Synthesized) =>
  stack.resource("aws_apigatewayv2_integration", "orders").request_parameters;
const removedBy = (stack: Synthesized) =>
  Object.keys(parametersOf(stack)).flatMap((key) => /^remove:header\.(.+)$/.exec(key)?.[1] ?? []);

test("an HTTP API removes every spelling that a CGI-like server reads as a header by which a service decides", () => {
  const removed = removedBy(devStack());
  const deciding = [...Object.values(CALLER_HEADERS), "X-Gateway-Route", ...REROUTING_HEADERS];
  for (const name of deciding) {
    const dashes = name.split("-").length - 1;
    const spellings = new Set(removed.filter((each) => each !== name && variable(each) === variable(name)));
    expect([name, spellings.size]).toEqual([name, 2 ** dashes - 1]);
  }
  for (const name of ["SCRIPT_NAME", "PATH_INFO", "REQUEST_URI", "X-Original-URL", "X-Script-Name"])
    expect(removed).toContain(name);
});

test("an HTTP API maps 66 request parameters of an integration, with either handshake", () => {
  for (const environment of ["dev", "preview"])
    expect(Object.keys(parametersOf(stackOf(intentOf(environment))))).toHaveLength(66);
});

test("no header that the gateway writes is removed, and none is named twice", () => {
  const names = removedBy(devStack()).map((name) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  const written = Object.keys(parametersOf(devStack())).flatMap(
    (key) => /^overwrite:header\.(.+)$/.exec(key)?.[1] ?? [],
  );
  expect(written.length).toBeGreaterThan(5);
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
