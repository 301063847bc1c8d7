import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { parse } from "yaml";
import { printed } from "../../support/documentation";
import { set } from "../../support/local/document";
import { ROOT } from "../../support/places";
import { ExampleDoor } from "./support/example-door";

jest.setTimeout(60_000);

let door: ExampleDoor;
beforeAll(async () => {
  door = await ExampleDoor.open("http", "order-agent");
});
afterAll(() => door?.close());
beforeEach(() => door.reset());

/** The agent in its own process, called by the protocol's own client. */
async function withAgent<T>(work: (client: Client) => Promise<T>): Promise<{ found: T; said: string }> {
  const { command, args } = parse(printed("json: agent"));
  const transport = new StdioClientTransport({
    command: command === "node" ? process.execPath : command,
    args,
    cwd: ROOT,
    env: {
      ...door.environment,
      OPENAPI_FILE: door.stack.openApiFile,
      PATH: process.env.PATH ?? "",
      NODE_NO_WARNINGS: "1",
    },
    stderr: "pipe",
  });
  let said = "";
  transport.stderr?.on("data", (text) => (said += text));
  const client = new Client({ name: "test", version: "1.0.0" });
  try {
    await client.connect(transport);
    return { found: await work(client), said };
  } finally {
    await client.close();
  }
}

const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

test("the list has the operations of the document that the token's scopes open, with their arguments", async () => {
  const { found, said } = await withAgent((client) => client.listTools());
  const annotations = { readOnlyHint: true };
  const closed = { type: "object", additionalProperties: false };
  expect(found.tools).toEqual([
    {
      name: "orders_get_orders",
      description: "GET /orders of orders",
      inputSchema: { ...closed, properties: {}, required: [] },
      annotations,
    },
    {
      name: "orders_get_orders_by_id",
      description: "GET /orders/{id} of orders",
      inputSchema: {
        ...closed,
        properties: { id: { type: "string", pattern: expect.stringContaining("A-Za-z0-9") } },
        required: ["id"],
      },
      annotations,
    },
  ]);
  expect(said).toBe("");
});

test("a further scope in the config adds a tool, and a tool that writes is marked", async () => {
  const scopes = (...allowed: string[]) =>
    set("aws_cognito_user_pool_client.order_agent", { allowed_oauth_scopes: allowed });
  try {
    await door.reopen(door.stack.changed(scopes("orders/export", "orders/read")));
    expect((await withAgent(namesOf)).found).toEqual([
      "orders_get_orders",
      "orders_get_orders_export",
      "orders_get_orders_by_id",
    ]);
    await door.reopen(door.stack.changed(scopes("orders/support")));
    const { found } = await withAgent((client) => client.listTools());
    expect(found.tools.map(({ name, annotations }) => [name, annotations])).toEqual([
      ["orders_get_orders_by_id", { readOnlyHint: true }],
      ["orders_delete_orders_by_id", { readOnlyHint: false }],
    ]);
  } finally {
    await door.reopen();
  }
});

test("an unlisted tool is refused by the agent, and its call by the front door", async () => {
  const { found } = await withAgent((client) =>
    client.callTool({ name: "orders_get_orders_export", arguments: {} }).catch(({ code }: { code: number }) => code),
  );
  expect([found, door.served]).toEqual([-32602, 0]);
  const call = async (path: string) => (await fetch(`${door.clouds.url}${path}`, { headers: await asAgent() })).status;
  expect([await call("/orders/export"), await call("/orders")]).toEqual([403, 200]);
});

async function asAgent() {
  const caller = door.clouds.callers.find(({ name }) => name === "customers/order-agent");
  const { id, secret } = caller?.client ?? {};
  const answer = await fetch(`${door.clouds.cognitoUrl}/storefront-dev/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "orders/read" }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}` };
}

test("a tool calls its route as the agent, with one token for all calls", async () => {
  const { found } = await withAgent(async (client) => {
    const answers = [
      await client.callTool({ name: "orders_get_orders" }),
      await client.callTool({ name: "orders_get_orders_by_id", arguments: { id: "7" } }),
    ];
    return answers.map(({ content }) => JSON.parse((content as { text: string }[])[0]?.text ?? ""));
  });
  expect(found).toMatchObject([
    { service: "storefront-dev-orders", target: "/orders" },
    { service: "storefront-dev-orders", target: "/orders/7" },
  ]);
  expect(new Map(found[0].headers).get("x-caller-client")).toBe("customers/order-agent");
  expect([door.tokens, door.secretsManager.reads, door.served]).toEqual([1, 1, 2]);
});

test("no input leads to a call that the tools do not offer", async () => {
  const cases: readonly [string, string, Record<string, string>][] = [
    ["a tool that its scopes do not open", "orders_get_orders_export", {}],
    ["an unknown tool", "orders_delete_orders", {}],
    ["an id that would lead elsewhere", "orders_get_orders_by_id", { id: "../accounts/7" }],
    ["an id that would add a query", "orders_get_orders_by_id", { id: "7?all=true" }],
    ["no id", "orders_get_orders_by_id", {}],
    ["dots", "orders_get_orders_by_id", { id: ".." }],
    ["an argument too many", "orders_get_orders", { id: "7" }],
  ];
  const { found } = await withAgent(async (client) => {
    const codes: [string, number | undefined][] = [];
    for (const [what, name, input] of cases) {
      const told = await client.callTool({ name, arguments: input }).then(
        () => undefined,
        ({ code }: { code: number }) => code,
      );
      codes.push([what, told]);
    }
    return codes;
  });
  expect(found).toEqual(cases.map(([what]) => [what, -32602]));
  expect([door.served, door.decisions("authorizer", false).length]).toEqual([0, 0]);
});

test("a refusal by the front door is reported as the tool's error, and the agent continues", async () => {
  // The token has the scope, but the path belongs to a narrower route that needs another scope.
  const { found } = await withAgent(async (client) => [
    await client.callTool({ name: "orders_get_orders_by_id", arguments: { id: "export" } }),
    await client.callTool({ name: "orders_get_orders_by_id", arguments: { id: "7" } }),
  ]);
  expect(found).toMatchObject([
    { isError: true, content: [{ type: "text", text: "the front door answered 403" }] },
    { isError: false },
  ]);
});

test("an agent without a token reports that, and prints neither secret nor token", async () => {
  door.secretsManager.secrets.set(door.secretId, door.secretWith("canary-of-a-secret"));
  const { said } = await withAgent(async (client) => {
    const message = expect.stringContaining(`no token for ${door.secretId}: invalid_client`);
    await expect(client.listTools()).rejects.toMatchObject({ code: -32603, message });
  });
  expect(said).toBe("");
});
