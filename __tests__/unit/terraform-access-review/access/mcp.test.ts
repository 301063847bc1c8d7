import { rowSentence } from "../../../../packages/terraform-access-review/render/sentences";
import { MCP_CORS, MCP_URL, mcpDev } from "../../../support/mcp";
import { stateOf } from "../../../support/rest-state";
import { accessBetween, edited, effect, type Json, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const server = stateOf(mcpDev(MCP_CORS));
const DOCUMENT = "document_path_well_known_oauth_protected_resource_mcp";

test("a row names the server, and what a token for it must be", () => {
  const rows = rowsOf(server).filter(({ permission }) => permission === "POST /mcp (MCP server tools)");
  expect(rows.map(({ principal }) => principal).sort()).toEqual(["customers/desk", "workforce/assistant"]);
  for (const { condition } of rows) expect(condition).toContain(`a token for ${MCP_URL}`);
});

test("a row names each document that the gateway publishes, with the addresses that clients follow", () => {
  const [row, second] = rowsOf(server).filter(
    ({ permission }) => permission === "read the document /.well-known/oauth-protected-resource/mcp",
  );
  expect(second).toBeUndefined();
  expect(row).toMatchObject({ principal: "anyone" });
  expect(row?.condition).toContain("authorization_servers https://workforce.example.com");
});

test("a value of the authorizer in a refusal is one that the gateway quotes", () => {
  const quoted = (state: typeof server) =>
    rowsOf(state).filter(({ permission }) => permission.includes("context.authorizer.challenge"));
  const foreign = edited(server, (resource) =>
    Object.assign(resource.aws_api_gateway_gateway_response.access_denied.response_parameters, {
      "gatewayresponse.header.WWW-Authenticate": "context.authorizer.challenge",
    }),
  );
  expect([quoted(server).length, quoted(foreign).length]).toEqual([0, 1]);
});

const route = (policy: Json): Json => policy.routes["POST /mcp"].mcp;
const template = (resource: Json, edit: (document: Json) => unknown) => {
  const { response_templates: templates } = resource.aws_api_gateway_integration_response[DOCUMENT];
  const document = JSON.parse(templates["application/json"]);
  edit(document);
  templates["application/json"] = JSON.stringify(document);
};

testAll<[string, (resource: Json, parts: { policy: Json }) => unknown]>([
  ["another audience", (_, { policy }) => Object.assign(route(policy), { audience: `${MCP_URL}2` })],
  ["no audience", (_, { policy }) => delete policy.routes["POST /mcp"].mcp],
  ["a further origin", (_, { policy }) => route(policy).origins.push("https://evil.example")],
  [
    "a further authorization server",
    (resource) => template(resource, (it) => it.authorization_servers.push("https://evil.example")),
  ],
  [
    "another resource",
    (resource) => template(resource, (it) => Object.assign(it, { resource: "https://evil.example" })),
  ],
  [
    "a cached decision",
    (resource) => Object.assign(resource.aws_api_gateway_authorizer.mcp, { authorizer_result_ttl_in_seconds: 60 }),
  ],
  [
    "another address in every 401",
    (resource) =>
      Object.assign(resource.aws_api_gateway_gateway_response.unauthorized.response_parameters, {
        "gatewayresponse.header.WWW-Authenticate": "'Bearer resource_metadata=\"https://evil.example\"'",
      }),
  ],
  [
    "a value of the authorizer in every 403",
    (resource) =>
      Object.assign(resource.aws_api_gateway_gateway_response.access_denied.response_parameters, {
        "gatewayresponse.header.WWW-Authenticate": "context.authorizer.googleAuthorization",
      }),
  ],
])("%s is broader", (_, edit) => {
  expect(effect(server, edited(server, edit as never))).toContain("broadened");
});

test("a declared client is a person or program that may now call the MCP server", () => {
  const without = edited(server, (_, { policy }) => {
    const pool = policy.issuers.find(({ id }: Json) => id === "customers");
    pool.clients = pool.clients.filter(({ id }: Json) => id !== "desk");
  });
  const found = accessBetween(without, server).rows.map((change) => rowSentence(change));
  expect(found.join("\n")).toContain("customers/desk may now call the MCP server tools");
});
