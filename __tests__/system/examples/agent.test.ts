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

/** The agent in a process of its own, on the other end of the protocol's own client. */
async function withAgent<T>(work: (client: Client) => Promise<T>): Promise<{ found: T; said: string }> {
  const { command, args } = parse(printed("json: agent"));
  const transport = new StdioClientTransport({
    command: command === "node" ? process.execPath : command,
    args,
    cwd: ROOT,
    env: { ...door.environment, PATH: process.env.PATH ?? "", NODE_NO_WARNINGS: "1" },
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

test("the list has the tools that the token's scopes open, and marks them as reading", async () => {
  const { found, said } = await withAgent((client) => client.listTools());
  expect(found.tools.map(({ name, annotations }) => [name, annotations])).toEqual([
    ["list_orders", { readOnlyHint: true }],
    ["get_order", { readOnlyHint: true }],
  ]);
  expect(said).toBe("");
});

test("a scope more in the config is a tool more, and none is no tool", async () => {
  const scopes = (...allowed: string[]) =>
    set("aws_cognito_user_pool_client.order_agent", { allowed_oauth_scopes: allowed });
  try {
    await door.reopen(door.stack.changed(scopes("orders/export", "orders/read")));
    expect((await withAgent(namesOf)).found).toEqual(["list_orders", "get_order", "export_orders"]);
    await door.reopen(door.stack.changed(scopes("orders/write")));
    expect((await withAgent(namesOf)).found).toEqual([]);
  } finally {
    await door.reopen();
  }
});

test("a tool calls its route as the agent, with one token for all calls", async () => {
  const { found } = await withAgent(async (client) => {
    const answers = [
      await client.callTool({ name: "list_orders" }),
      await client.callTool({ name: "get_order", arguments: { id: "7" } }),
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

test("no input of the agent's leads to a call that its tools do not make", async () => {
  const cases: readonly [string, string, Record<string, string>][] = [
    ["a tool that its scopes do not open", "export_orders", {}],
    ["an unknown tool", "delete_orders", {}],
    ["an id that would lead elsewhere", "get_order", { id: "../accounts/7" }],
    ["an id that would be another question", "get_order", { id: "7?all=true" }],
    ["no id", "get_order", {}],
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

test("what the front door refuses is reported as the tool's error, and the agent goes on", async () => {
  // The token has the scope, and the path is a narrower route, which wants another one.
  const { found } = await withAgent(async (client) => [
    await client.callTool({ name: "get_order", arguments: { id: "export" } }),
    await client.callTool({ name: "get_order", arguments: { id: "7" } }),
  ]);
  expect(found).toMatchObject([
    { isError: true, content: [{ type: "text", text: "the front door answered 403" }] },
    { isError: false },
  ]);
});

test("an agent that gets no token says so, and neither secret nor token", async () => {
  door.secretsManager.secrets.set(door.secretId, door.secretWith("canary-of-a-secret"));
  const { said } = await withAgent(async (client) => {
    const message = expect.stringContaining(`no token for ${door.secretId}: invalid_client`);
    await expect(client.listTools()).rejects.toMatchObject({ code: -32603, message });
  });
  expect(said).toBe("");
});
