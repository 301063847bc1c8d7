const ID = /^[A-Za-z0-9-]{1,64}$/;

/** The tools on offer. Each calls one route; a caller needs at least one of `scopes`. */
const TOOLS = [
  {
    name: "list_orders",
    description: "All orders, newest first.",
    inputSchema: { type: "object", properties: {}, additionalProperties: false },
    scopes: ["orders/read"],
    path: () => "orders",
  },
  {
    name: "get_order",
    description: "One order by its id.",
    inputSchema: {
      type: "object",
      properties: { id: { type: "string", pattern: ID.source } },
      required: ["id"],
      additionalProperties: false,
    },
    scopes: ["orders/read", "orders/support"],
    path: ({ id }) => (typeof id === "string" && ID.test(id) ? `orders/${id}` : undefined),
  },
  {
    name: "export_orders",
    description: "All orders as one file.",
    inputSchema: { type: "object", properties: {}, additionalProperties: false },
    scopes: ["orders/export"],
    path: () => "orders/export",
  },
];

/** The tools that the token's scopes allow. Only the front door enforces access; this spares the agent refused calls. */
export function toolsFor(token) {
  const { scope = "" } = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  const granted = scope.split(" ");
  return TOOLS.filter(({ scopes }) => scopes.some((each) => granted.includes(each)));
}
