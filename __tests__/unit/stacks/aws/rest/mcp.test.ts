import { authorizerPolicy } from "../../../../../stacks/authorizer-policy";
import { dev } from "../../../../support/config-folder";
import { ENTRA, ENTRA_MCP, MCP_CORS, MCP_NETWORKS, MCP_URL, mcpDev, SERVER_ID } from "../../../../support/mcp";
import { stackOf, statements } from "../../../../support/stack";

const METADATA = "https://api.shop.example.com/.well-known/oauth-protected-resource/mcp";
const stack = stackOf(mcpDev());
const document = (path: string, of = stack) => {
  const name = `document_path_well_known_${path}`;
  const { response_templates } = of.resource("aws_api_gateway_integration_response", name);
  return JSON.parse(response_templates["application/json"]) as Record<string, unknown>;
};

test("the gateway publishes the server's document at the root and at its path, and the user pool's endpoints", () => {
  const resource = {
    resource: MCP_URL,
    authorization_servers: ["https://api.shop.example.com", "https://workforce.example.com"],
    scopes_supported: ["tools/use"],
    bearer_methods_supported: ["header"],
  };
  expect(document("oauth_protected_resource")).toEqual(resource);
  expect(document("oauth_protected_resource_mcp")).toEqual(resource);
  expect(document("oauth_authorization_server")).toEqual({
    issuer: "https://api.shop.example.com",
    authorization_endpoint: "https://shop-dev.auth.eu-west-1.amazoncognito.com/oauth2/authorize",
    token_endpoint: "https://shop-dev.auth.eu-west-1.amazoncognito.com/oauth2/token",
    scopes_supported: ["tools/use"],
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none"],
  });
});

test("every 401 and 403 of the API leads to the document, by a text that needs nothing of the authorizer", () => {
  const header = (name: string) =>
    stack.resource("aws_api_gateway_gateway_response", name).response_parameters[
      "gatewayresponse.header.WWW-Authenticate"
    ];
  for (const name of ["unauthorized", "access_denied"])
    expect(header(name)).toBe(`'Bearer scope="tools/use", resource_metadata="${METADATA}"'`);
});

test("with Entra ID, clients ask for the provider's own scope of the server, and a token names its application", () => {
  const entra = stackOf(dev(ENTRA_MCP));
  const asked = `${MCP_URL}/Assistant.Use`;
  expect(document("oauth_protected_resource", entra)).toMatchObject({
    authorization_servers: [ENTRA],
    scopes_supported: [asked],
  });
  const { response_parameters: parameters } = entra.resource("aws_api_gateway_gateway_response", "unauthorized");
  expect(parameters["gatewayresponse.header.WWW-Authenticate"]).toContain(`scope="${asked}"`);
  expect(authorizerPolicy(dev(ENTRA_MCP)).routes["POST /mcp"]?.mcp?.audience).toEqual([MCP_URL, SERVER_ID]);
});

test("the server's routes are streamed, for as long as the gateway allows, and no decision on them is cached", () => {
  const integration = (name: string) => stack.resource("aws_api_gateway_integration", name);
  for (const name of ["tools_post_mcp", "tools_get_mcp"]) {
    expect(integration(name)).toMatchObject({ response_transfer_mode: "STREAM", timeout_milliseconds: 300_000 });
  }
  expect(integration("tools_delete_mcp").response_transfer_mode).toBeUndefined();
  for (const name of ["tools_post_mcp", "tools_get_mcp", "tools_delete_mcp"]) {
    expect(stack.resource("aws_api_gateway_method", name).authorizer_id).toBe("${aws_api_gateway_authorizer.mcp.id}");
  }
  expect(stack.resource("aws_api_gateway_authorizer", "mcp").authorizer_result_ttl_in_seconds).toBe(0);
  expect(stack.resource("aws_api_gateway_authorizer", "scoped").authorizer_result_ttl_in_seconds).toBe(60);
});

test("the policy has the server's audience and origins for its own routes alone", () => {
  const { routes } = authorizerPolicy(mcpDev(MCP_CORS));
  const servers = Object.entries(routes).flatMap(([key, { mcp }]) => (mcp === undefined ? [] : [[key, mcp]]));
  const mcp = { audience: MCP_URL, origins: ["https://console.shop.example.com"] };
  expect(Object.fromEntries(servers)).toEqual({ "DELETE /mcp": mcp, "GET /mcp": mcp, "POST /mcp": mcp });
});

test("pages of allowed origins may read the header, and preflights of the documents are answered", () => {
  const open = stackOf(mcpDev(MCP_CORS));
  const { response_parameters: parameters } = open.resource("aws_api_gateway_gateway_response", "unauthorized");
  expect(parameters["gatewayresponse.header.Access-Control-Expose-Headers"]).toBe("'WWW-Authenticate'");
  expect(open.addresses()).toContain("aws_api_gateway_method.preflight_path_well_known_oauth_protected_resource_mcp");
});

test("with allowed networks, the API's own policy also allows exactly the documents", () => {
  const { policy } = stackOf(mcpDev(MCP_NETWORKS)).resource("aws_api_gateway_rest_api_policy", "gateway");
  const allowed = statements(policy).filter(({ Effect }) => Effect === "Allow");
  const api = "${aws_api_gateway_rest_api.gateway.execution_arn}/live/GET/.well-known";
  expect(allowed).toMatchObject([
    {
      Resource: [
        `${api}/oauth-protected-resource`,
        `${api}/oauth-protected-resource/mcp`,
        `${api}/oauth-authorization-server`,
      ],
    },
  ]);
});

test("the user pool offers the scopes of tools, which no route requires", () => {
  const { scope } = stack.resource("aws_cognito_resource_server", "customers_tools");
  expect(scope.map(({ scope_name }: { scope_name: string }) => scope_name).sort()).toEqual(["refund", "use"]);
});
