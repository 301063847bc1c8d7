import { openApiDocument } from "../../../../cli/openapi/document";
import { MCP_URL, mcpDev } from "../../../support/mcp";

test("the routes of an MCP server are not listed, and the description says where it is", () => {
  const { paths, info } = openApiDocument(mcpDev(), { servers: [] });
  expect(Object.keys(paths)).toEqual(["/orders", "/products"]);
  expect(info.description).toContain(`The MCP server tools, at ${MCP_URL}`);
});
