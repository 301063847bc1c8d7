import { audienceFor, mcpServerIn } from "../../../contract/policy-callers";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { MCP_URL, mcpDev } from "../../support/mcp";

const server = mcpServerIn(authorizerPolicy(mcpDev()));
const [caller, other] = [{ scopes: ["tools/use"] }, { scopes: ["orders/read"] }];

test("a policy's server has its audience and its scopes; a policy without one has none", () => {
  expect(server).toEqual({ audiences: [MCP_URL], access: { scopes: ["tools/use"] } });
  expect(mcpServerIn({ routes: {} })).toBeUndefined();
});

test("a token names the server only for a caller who may call it, and only if its issuer writes that", () => {
  expect(audienceFor(caller, "on-request", server)).toBe(MCP_URL);
  expect(audienceFor(other, "on-request", server)).toBeUndefined();
  expect(audienceFor(caller, ["shop", MCP_URL], server)).toEqual(["shop", MCP_URL]);
  expect(audienceFor(caller, [MCP_URL], server)).toBe(MCP_URL);
  expect(audienceFor(caller, ["shop"], server)).toBe("shop");
  expect(audienceFor(other, ["shop", MCP_URL], server)).toBe("shop");
  expect(audienceFor(caller, ["shop"], undefined)).toBe("shop");
  const entra = server && { ...server, audiences: [MCP_URL, "6e74172b"] };
  expect(audienceFor(caller, ["shop", "6e74172b"], entra)).toEqual(["shop", "6e74172b"]);
});
