import { createServer } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";

/** Scopes of the caller, which the gateway writes. A header that occurs twice counts as none. */
function scopesOf(request) {
  const scopes = request?.headers.get("x-caller-scopes") ?? "";
  return scopes.includes(",") ? [] : scopes.split(" ");
}

const handler = createMcpHandler(({ requestInfo }) => {
  const server = new McpServer({ name: "orders-tools", version: "1.0.0" });
  const text = (value) => ({ content: [{ type: "text", text: value }] });
  server.registerTool("list_orders", { description: "Lists open orders." }, () => text("A-1, A-2"));
  server.registerTool(
    "refund_order",
    { description: "Refunds one order.", inputSchema: z.object({ id: z.string() }) },
    ({ id }) =>
      scopesOf(requestInfo).includes("orders-tools/refund")
        ? text(`refunded ${id}`)
        : { ...text("the scope orders-tools/refund is missing"), isError: true },
  );
  return server;
});

createServer(toNodeHandler(handler)).listen(Number(process.env.PORT ?? 8080));
