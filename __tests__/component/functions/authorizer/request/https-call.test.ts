import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { generate } from "selfsigned";
import { HttpsFailure, httpsCall } from "../../../../../functions/authorizer/request/https-call";

const LIMITS = { timeoutMilliseconds: 30_000, maximumBytes: 1000 };
/** For servers that never respond. */
const SOON = { ...LIMITS, timeoutMilliseconds: 100 };

let server: Server;
let listener: (request: IncomingMessage, response: ServerResponse) => void;
let connections = 0;
const connect = tls.connect;

/**
 * One local server plays every host: connections to port 443 go there, and the name in the certificate is still
 * checked.
 */
beforeAll(async () => {
  const pems = await generate([{ name: "commonName", value: "issuer.example" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "issuer.example" }] }],
  });
  server = createServer({ key: pems.private, cert: pems.cert }, (request, response) => listener(request, response));
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  jest.spyOn(tls, "connect").mockImplementation(((options: tls.ConnectionOptions) => {
    // Set explicitly, because an environment variable can change its default.
    expect(options).toMatchObject({ port: 443, rejectUnauthorized: true });
    return connect({ ...options, host: "127.0.0.1", port, ca: pems.cert, lookup: undefined });
  }) as typeof tls.connect);
});
afterAll(() => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
});

const get = (url: string, limits = LIMITS) => httpsCall({ method: "GET", url }, limits);

async function failureOf(work: Promise<unknown>): Promise<string> {
  const failure = await work.then(
    () => "none",
    (error: unknown) => (error instanceof HttpsFailure ? error.kind : String(error)),
  );
  return failure;
}

test("sends method, headers and body, and returns status and body", async () => {
  listener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      response.statusCode = 201;
      response.end(
        JSON.stringify({
          method,
          url,
          kind: headers["x-kind"],
          length: headers["content-length"],
          body: `${Buffer.concat(chunks)}`,
        }),
      );
    });
  };
  const answer = await httpsCall(
    { method: "POST", url: "https://issuer.example/a?b=c", headers: { "x-kind": "test" }, body: "é" },
    LIMITS,
  );
  expect({ ...answer, body: JSON.parse(answer.body) }).toEqual({
    status: 201,
    body: { method: "POST", url: "/a?b=c", kind: "test", length: "2", body: "é" },
  });
});

test.each([
  "http://issuer.example/",
  "https://issuer.example:8443/",
  "https://127.0.0.1/",
  "https://127.1/",
  "https://0x7f000001/",
  "https://2130706433/",
  "https://169.254.169.254/latest",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://localhost/",
  "https://user@issuer.example/",
  "https://:password@issuer.example/",
  "file:///etc/passwd",
  "undefined",
  "",
])("refuses to call %j", async (url) => {
  const before = connections;
  expect(await failureOf(get(url))).toBe("address");
  expect(connections).toBe(before);
});

test("accepts an explicit port 443", async () => {
  listener = (_, response) => response.end("ok");
  expect((await get("https://issuer.example:443/")).body).toBe("ok");
});

test("returns a redirect without following it", async () => {
  const seen: (string | undefined)[] = [];
  listener = (request, response) => {
    seen.push(request.url);
    response.writeHead(302, { location: "https://issuer.example/elsewhere" }).end();
  };
  expect((await get("https://issuer.example/here")).status).toBe(302);
  expect(seen).toEqual(["/here"]);
});

test("accepts a response of exactly the maximum size, and no larger one", async () => {
  listener = (request, response) => response.end("x".repeat(Number(request.url?.slice(1))));
  expect((await get("https://issuer.example/1000")).body).toHaveLength(1000);
  expect(await failureOf(get("https://issuer.example/1001"))).toBe("size");
});

test("the timeout covers the whole body", async () => {
  listener = (_, response) => {
    response.write("x");
    const drip = setInterval(() => response.write("x"), 10);
    response.on("close", () => clearInterval(drip));
  };
  // It sends single bytes as long as the connection is open.
  expect(await failureOf(get("https://issuer.example/", SOON))).toBe("timeout");
});

test("a server that never responds is a timeout, a closed connection is a network failure", async () => {
  listener = () => {};
  expect(await failureOf(get("https://issuer.example/", SOON))).toBe("timeout");
  listener = (request) => request.socket.destroy();
  expect(await failureOf(get("https://issuer.example/"))).toBe("network");
  listener = (request, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("x", () => request.socket.destroy());
  };
  expect(await failureOf(get("https://issuer.example/"))).toBe("network");
});

test("a certificate for another name is refused", async () => {
  listener = (_, response) => response.end("ok");
  expect(await failureOf(get("https://another.example/"))).toBe("network");
});

test("keeps a connection, and replaces a stale one once", async () => {
  listener = (_, response) => response.end("ok");
  await get("https://issuer.example/");
  const before = connections;
  await get("https://issuer.example/");
  expect(connections).toBe(before);
  let hangUps = 0;
  listener = (request, response) => {
    hangUps += 1;
    if (hangUps === 1) request.socket.destroy();
    else response.end("fresh");
  };
  expect((await get("https://issuer.example/")).body).toBe("fresh");
  expect(connections).toBe(before + 1);
});

test("distinguishes transient failures from permanent ones", () => {
  expect(
    (["network", "timeout", "address", "size"] as const).filter((kind) => new HttpsFailure(kind).transient),
  ).toEqual(["network", "timeout"]);
});
