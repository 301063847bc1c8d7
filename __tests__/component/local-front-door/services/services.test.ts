import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServiceRequest } from "../../../../packages/local-front-door/google/run";
import { declaredServices } from "../../../../packages/local-front-door/services/declaration";
import { LocalServices, type ServiceChoice } from "../../../../packages/local-front-door/services/services";
import { type Change, set, stackOf } from "../../../support/local/document";

const started: LocalServices[] = [];
afterEach(() => {
  for (const each of started.splice(0)) each.stop();
});

const lines: string[] = [];
/** By service, as a person sets them for this machine. */
let variables: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
beforeEach(() => {
  variables = {};
});

async function start(choices: readonly ServiceChoice[], secrets: Record<string, string> = {}, ...changes: Change[]) {
  const services = await LocalServices.start(declaredServices(stackOf(...changes)), {
    choices,
    variables: new Map(Object.entries(variables)),
    secrets: new Map(Object.entries(secrets)),
    secretsFile: "secrets.env",
    print: (line) => lines.push(line),
  });
  started.push(services);
  return services;
}

function request(service: string, parts: Partial<ServiceRequest> = {}): ServiceRequest {
  const host = `${service}-x-ew.a.run.app`;
  return {
    service: `storefront-dev-${service}`,
    method: "GET",
    host,
    target: "/a?b=c",
    headers: [["host", host]],
    body: "",
    ...parts,
  };
}

/** A user's own service, which echoes what it received. */
const PROGRAM = `require("node:http").createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    response.setHeader("set-cookie", ["a=1", "b=2"]);
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body, variables: process.env }));
  });
}).listen(process.env.PORT, "127.0.0.1", () => console.log("listens"));`;
const COMMAND = `${JSON.stringify(process.execPath)} -e '${PROGRAM}'`;

describe("a command", () => {
  test("cannot control the terminal with what it prints, and its lines are logged as they are", async () => {
    const hostile = [
      "\u001b]0;title\u0007",
      "\u001b[2J\u001b[31mred",
      "\u009b2J",
      "over\rwritten",
      "back\b\b",
      "\u202ereversed",
      "nul\0",
      "a\ttab, caf\u00e9",
      "windows\r",
    ];
    const printing = `for (const line of ${JSON.stringify(hostile)}) console.log(line); console.error("\\u001bc");`;
    const command = `${JSON.stringify(process.execPath)} -e '${printing.replaceAll("\u0000", "\\u0000")}${PROGRAM}'`;
    const printed: string[] = [];
    const logged: string[] = [];
    const services = await LocalServices.start(declaredServices(stackOf()), {
      choices: [{ id: "orders", answeredBy: { command } }],
      secrets: new Map([["storefront-dev-orders-payment-key", "s3cret"]]),
      secretsFile: "secrets.env",
      print: (line) => printed.push(line.replace("[storefront-dev-orders] ", "")),
      onLine: (_, line) => logged.push(line),
    });
    started.push(services);
    while (printed.length < hostile.length + 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(printed.toSorted()).toEqual(
      [
        "\\u{1b}]0;title\\u{7}",
        "\\u{1b}[2J\\u{1b}[31mred",
        "\\u{9b}2J",
        "over\\u{d}written",
        "back\\u{8}\\u{8}",
        "\\u{202e}reversed",
        "nul\\u{0}",
        "a\ttab, caf\u00e9",
        "windows",
        "\\u{1b}c",
        "listens",
      ].toSorted(),
    );
    expect(logged).toEqual(expect.arrayContaining(hostile));
  });

  test("gets its declared variables, its secrets and a port, and no other variables of the shell that started it", async () => {
    process.env.OF_THE_SHELL = "x";
    const env = [
      { name: "LOG_LEVEL", value: "debug" },
      {
        name: "KEY",
        value_source: { secret_key_ref: { secret: "${google_secret_manager_secret.orders_payment_key.secret_id}" } },
      },
    ];
    const template = { service_account: "${google_service_account.orders_rt.email}", containers: [{ env }] };
    const change = set("google_cloud_run_v2_service.orders", { template });
    const choices = [{ id: "orders", answeredBy: { command: COMMAND } }];
    await expect(start(choices, {}, change)).rejects.toThrow(
      "google_cloud_run_v2_service.orders.template.containers.0.env.KEY: secrets.env has no line storefront-dev-orders-payment-key=…",
    );
    const services = await start(choices, { "storefront-dev-orders-payment-key": "s3cret" }, change);
    const answer = await services.answer(request("orders", { method: "POST", body: "hello" }));
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({ method: "POST", url: "/a?b=c", body: "hello" });
    expect(seen.headers).toMatchObject({
      host: "orders-x-ew.a.run.app",
      "x-cloud-trace-context": expect.stringMatching(/^[0-9a-f]{32}\/\d+;o=0$/),
    });
    expect(seen.variables).toMatchObject({ LOG_LEVEL: "debug", KEY: "s3cret", K_SERVICE: "storefront-dev-orders" });
    expect(seen.variables.OF_THE_SHELL).toBeUndefined();
    expect(answer.headers?.["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(lines).toContain("[storefront-dev-orders] listens");
    await services.stop();
    expect((await services.answer(request("orders"))).status).toBe(503);
  });

  test("gets the variables of this machine in place of declared values and secrets, but no other port or name", async () => {
    const secret = "${google_secret_manager_secret.orders_payment_key.secret_id}";
    const env = [
      { name: "LOG_LEVEL", value: "debug" },
      { name: "KEY", value_source: { secret_key_ref: { secret } } },
    ];
    const template = { service_account: "${google_service_account.orders_rt.email}", containers: [{ env }] };
    variables = {
      orders: { LOG_LEVEL: "trace", KEY: "here", AWS_ENDPOINT_URL: "http://127.0.0.1:8000", PORT: "1", K_SERVICE: "x" },
      catalog: { LOG_LEVEL: "error" },
    };
    const choices = [{ id: "orders", answeredBy: { command: COMMAND } }];
    const services = await start(choices, {}, set("google_cloud_run_v2_service.orders", { template }));
    const seen = JSON.parse((await services.answer(request("orders"))).body);
    expect(seen.variables).toMatchObject({
      ...{ LOG_LEVEL: "trace", KEY: "here", AWS_ENDPOINT_URL: "http://127.0.0.1:8000" },
      K_SERVICE: "storefront-dev-orders",
    });
    variables = { order: { LOG_LEVEL: "trace" } };
    await expect(start([])).rejects.toThrow("the stack has no such service");
  });

  test("that ends before it listens stops the start", async () => {
    await expect(start([{ id: "orders", answeredBy: { command: "exit 3" } }])).rejects.toThrow(
      "google_cloud_run_v2_service.orders: exit 3 ended with 3 before it listened on its PORT",
    );
  });
});

describe("a port", () => {
  let server: Server;
  afterEach(() => server.close());

  test("answers only for its service, byte for byte; the echo answers for the others", async () => {
    server = createServer((incoming, outgoing) => {
      outgoing.setHeader("content-type", "image/png");
      incoming.pipe(outgoing);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const services = await start([{ id: "catalog", answeredBy: { port } }]);
    const bytes = Uint8Array.from([0xff, 0x00, 0x80]);
    const answer = await services.answer(request("catalog", { method: "POST", bytes }));
    expect([answer.status, answer.headers?.["content-type"]]).toEqual([200, "image/png"]);
    // It has no length, so it is forwarded as it arrives.
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.stream ?? []) pieces.push(piece);
    expect([...Buffer.concat(pieces)]).toEqual([0xff, 0x00, 0x80]);
    expect(JSON.parse((await services.answer(request("orders"))).body)).toMatchObject({
      service: "storefront-dev-orders",
    });
  });

  test("on which no program listens gives 503 with the reason", async () => {
    server = createServer();
    const services = await start([{ id: "catalog", answeredBy: { port: 1 } }]);
    const { status, body } = await services.answer(request("catalog"));
    expect([status, body]).toEqual([
      503,
      expect.stringContaining("no program answers for storefront-dev-catalog on 127.0.0.1:1"),
    ]);
  });
});

test("a service that the stack lacks stops the start, and the error names the stack's services", async () => {
  await expect(start([{ id: "order", answeredBy: { port: 1 } }])).rejects.toThrow(
    "google_cloud_run_v2_service.order: the stack has no such service; it has google_cloud_run_v2_service.accounts",
  );
});
