import { decisionsOf } from "../../../../cli/testing/authorizer";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { mcpDev } from "../../../support/mcp";
import { stackOf } from "../../../support/stack";

test("a declared caller of an MCP server calls it with a token for it, and no other caller does", async () => {
  const intent = mcpDev();
  const callers = ["customers/desk", "workforce/assistant", "customers/web", "anyone"];
  const calls = callers.map((caller) => ({ route: "POST /mcp", caller }));
  const found = await decisionsOf(stackOf(intent).json, authorizerPolicy(intent), calls);
  expect(found.map(({ decision, reason }) => reason ?? decision)).toEqual([
    "allowed",
    "allowed",
    "audience",
    "authorization-count",
  ]);
});
