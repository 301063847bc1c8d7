import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { FrontDoor } from "../call-from-node/front-door.mjs";
import { toolsFor } from "./tools.mjs";

/** Supported versions of the Model Context Protocol, newest first. */
const VERSIONS = ["2025-11-25", "2025-06-18"];

const frontDoor = new FrontDoor(process.env.FRONT_DOOR_URL, process.env.CLIENT_SECRET_ID);
const document = JSON.parse(readFileSync(process.env.OPENAPI_FILE, "utf8"));
const tools = async () => toolsFor(document, await frontDoor.token());

class InvalidParams extends Error {}

const methods = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion: VERSIONS.includes(protocolVersion) ? protocolVersion : VERSIONS[0],
    capabilities: { tools: {} },
    serverInfo: { name: "front-door", version: "1.0.0" },
  }),
  ping: () => ({}),
  "tools/list": async () => ({
    tools: (await tools()).map(({ request, ...described }) => described),
  }),
  "tools/call": async ({ name, arguments: input = {} }) => {
    const request = (await tools()).find((tool) => tool.name === name)?.request(input);
    if (request === undefined) throw new InvalidParams("this client has no such tool, or the arguments are invalid");
    const { path, ...init } = request;
    const answer = await frontDoor.call(path, init);
    const text = answer.ok ? await answer.text() : `the front door answered ${answer.status}`;
    return { content: [{ type: "text", text }], isError: !answer.ok };
  },
};

async function answerTo({ method, params = {} }) {
  if (!Object.hasOwn(methods, method)) return { error: { code: -32601, message: "method not found" } };
  try {
    return { result: await methods[method](params) };
  } catch (error) {
    return { error: { code: error instanceof InvalidParams ? -32602 : -32603, message: error.message } };
  }
}

// One JSON-RPC message per line. Standard output carries the protocol only: write everything else to console.error.
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  // A notification has no id and gets no response.
  if (message.id === undefined) continue;
  answerTo(message).then((answer) => console.log(JSON.stringify({ jsonrpc: "2.0", id: message.id, ...answer })));
}
