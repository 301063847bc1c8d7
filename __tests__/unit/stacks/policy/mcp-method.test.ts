import { mcpDev } from "../../../support/mcp";
import { violations } from "../../../support/policy";
import { testAll } from "../../../support/test-all";

const intent = mcpDev();
const DOCUMENT = "document_path_well_known_oauth_protected_resource_mcp";
const changed = (address: string, attribute: string, value: unknown) =>
  violations((find) => find(address).addOverride(attribute, value), intent);

test("an MCP server breaks no rule", () => {
  expect(violations(() => {}, intent)).toEqual([]);
});

testAll<[string, string, string, unknown]>([
  ["a cache of the decision", "aws_api_gateway_authorizer.mcp", "authorizer_result_ttl_in_seconds", 60],
  [
    "a cached authorizer",
    "aws_api_gateway_method.tools_post_mcp",
    "authorizer_id",
    "${aws_api_gateway_authorizer.scoped.id}",
  ],
  ["no authorizer", "aws_api_gateway_method.tools_post_mcp", "authorization", "NONE"],
  [
    "another document",
    `aws_api_gateway_integration_response.${DOCUMENT}`,
    "response_templates",
    {
      "application/json":
        '{"resource":"https://api.shop.example.com/mcp","authorization_servers":["https://evil.example"]}',
    },
  ],
  [
    "a document with a variable",
    `aws_api_gateway_integration_response.${DOCUMENT}`,
    "response_templates",
    { "application/json": '{"resource":"$context.identity.sourceIp"}' },
  ],
  ["a document of a service", `aws_api_gateway_integration.${DOCUMENT}`, "type", "HTTP_PROXY"],
  ["a document by another method", `aws_api_gateway_method.${DOCUMENT}`, "http_method", "PUT"],
])("%s stops the synthesis", (_, address, attribute, value) => {
  expect(changed(address, attribute, value)).not.toEqual([]);
});
