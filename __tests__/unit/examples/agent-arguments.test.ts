const { requestFor, schemaFor } = require("../../../examples/agent/arguments.mjs");

const ORDER = {
  operationId: "search",
  parameters: [
    { name: "id", in: "path", required: true, schema: { type: "string" } },
    { name: "state", in: "query", description: "Of the order.", schema: { $ref: "#/components/schemas/State" } },
    { name: "x-trace", in: "header", schema: { type: "string" } },
  ],
  requestBody: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/Tree" } } } },
};
const SCHEMAS = {
  State: { enum: ["open", "done"] },
  Tree: { type: "object", properties: { child: { $ref: "#/components/schemas/Tree" } } },
  Unused: { type: "object" },
};
const ask = (input: object, operation: object = ORDER, path = "/orders/{id}") =>
  requestFor(path, "post", operation, input);

test("the schema is self-contained: it has each component that it references once", () => {
  expect(schemaFor(ORDER, SCHEMAS)).toEqual({
    type: "object",
    properties: {
      id: { type: "string", pattern: expect.any(String) },
      state: { $ref: "#/$defs/State", description: "Of the order." },
      body: { $ref: "#/$defs/Tree" },
    },
    required: ["id", "body"],
    additionalProperties: false,
    $defs: { State: SCHEMAS.State, Tree: { type: "object", properties: { child: { $ref: "#/$defs/Tree" } } } },
  });
});

test("arguments become the path, the query and the body", () => {
  expect(ask({ id: "7", state: ["open", "a&b"], body: { child: {} } })).toEqual({
    path: "/orders/7?state=open&state=a%26b",
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"child":{}}',
  });
});

test("a missing or unknown argument, or one that changes the path, makes no request", () => {
  for (const input of [
    {},
    { id: "7" },
    { body: {} },
    { id: "7", body: {}, "x-trace": "1" },
    { id: "7/8", body: {} },
    { id: "..", body: {} },
    { id: "7?x", body: {} },
    { id: "%2e", body: {} },
    { id: "", body: {} },
  ]) {
    expect([input, ask(input)]).toEqual([input, undefined]);
  }
});

test("a greedy variable accepts several segments, but not `..`", () => {
  const operation = { parameters: [{ name: "path", in: "path", required: true, schema: {}, "x-greedy": true }] };
  const target = (path: string) => ask({ path }, operation, "/images/{path}")?.path;
  expect(["a/b.png", "a/../b", "a//b", "/a", "a/..", "a/.b"].map(target)).toEqual([
    "/images/a/b.png",
    undefined,
    undefined,
    undefined,
    undefined,
    "/images/a/.b",
  ]);
});
