const ID = /^[A-Za-z0-9-]{1,64}$/;

/** What an agent can be asked to do. Each is a route, with the scopes of which that asks for one. */
const TOOLS = [
  {
    name: "list_orders",
    description: "All orders, the newest first.",
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

/** Those that the token's scopes open. Only the front door decides: this keeps an agent from trying what it may not. */
export function toolsFor(token) {
  const { scope = "" } = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  const granted = scope.split(" ");
  return TOOLS.filter(({ scopes }) => scopes.some((each) => granted.includes(each)));
}
