import { request } from "node:http";
import { connect } from "node:net";
import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { headBytes } from "../../../../../packages/local-front-door/gateway/shared/size-limits";
import { set } from "../../../../support/local/document";
import { seenBy, startSmallStack } from "../../../../support/local/small-stack";

/** AWS's own: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MOST_HEAD_BYTES = 10_240;
const MOST_BODY_BYTES = 10_000_000;

const SHOP = "aws_apigatewayv2_integration.shop";

let clouds: Clouds;
beforeAll(async () => {
  clouds = await startSmallStack([set(SHOP, { request_parameters: { "overwrite:path": "$request.path" } })]);
});
afterAll(() => clouds.stop());

/** Sends a request whose head has exactly this many bytes, and returns the answer's head. */
function sendHead(bytes: number): Promise<string> {
  const head = (filler: string) =>
    `GET /open/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Filler: ${filler}\r\n`;
  const { port } = new URL(clouds.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write(`${head("f".repeat(bytes - head("").length))}\r\n`),
    );
    socket.once("data", (data) => resolve(`${data}`));
  });
}

/** Returns the status of a call with this host name. */
function statusFor(host: string): Promise<string | undefined> {
  const { port } = new URL(clouds.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write(`GET /open/7 HTTP/1.1\r\nHost: ${host.replace("PORT", port)}\r\nConnection: close\r\n\r\n`),
    );
    socket.once("data", (data) => resolve(`${data}`.split(" ")[1]));
  });
}

test.each([
  ["127.0.0.1:PORT", "200"],
  ["localhost:PORT", "200"],
  ["shop.localhost", "200"],
  ["evil.example.com:PORT", "421"],
  ["127.0.0.1.evil.example.com", "421"],
  ["localhost.evil.example.com:PORT", "421"],
])("a call with the host name %s gets %s: DNS rebinding lets no foreign page read an answer", async (host, status) => {
  expect(await statusFor(host)).toBe(status);
});

test("a request line and headers of 10,240 bytes pass, one more is 431 with a request id", async () => {
  expect(await sendHead(MOST_HEAD_BYTES)).toMatch(/^HTTP\/1\.1 200 /);
  const refused = await sendHead(MOST_HEAD_BYTES + 1);
  expect(refused).toMatch(/^HTTP\/1\.1 431 /);
  expect(refused).toMatch(/^apigw-requestid: .+=\r$/m);
  expect(refused).toContain('{"message":"Request Header Fields Too Large"}');
  expect(await sendHead(100_000)).toMatch(/^HTTP\/1\.1 431 [\s\S]*apigw-requestid/);
});

test("the head is counted as sent", () => {
  const rawHeaders = ["Host", "x", "X-Two", "ab"];
  expect(headBytes({ method: "GET", url: "/a", rawHeaders })).toBe(
    Buffer.byteLength("GET /a HTTP/1.1\r\nHost: x\r\nX-Two: ab\r\n"),
  );
});

test("a body of ten million bytes passes, one more is 413", async () => {
  const post = (size: number) =>
    fetch(`${clouds.url}/scoped`, { method: "POST", headers: { authorization: "x" }, body: Buffer.alloc(size, "b") });
  expect((await seenBy(await post(1_000_000))).body).toHaveLength(1_000_000);
  const refused = await post(MOST_BODY_BYTES + 1);
  expect(refused.status).toBe(413);
  expect(await refused.json()).toEqual({ message: "Request Entity Too Large" });
  expect(refused.headers.get("apigw-requestid")).toMatch(/=$/);
});

test("a body without a stated length gets its 413 as soon as it is over the limit", async () => {
  const headers = { authorization: "x", "transfer-encoding": "chunked" };
  const call = request(`${clouds.url}/scoped`, { method: "POST", headers, agent: false });
  const status = new Promise((resolve, reject) => {
    call.on("response", ({ statusCode }) => resolve(statusCode));
    call.on("error", reject);
  });
  const pieces = 20;
  for (let piece = 0; piece < pieces; piece += 1) call.write(Buffer.alloc(MOST_BODY_BYTES / pieces));
  // The first byte too many, and no end of the body.
  call.write("x");
  expect(await status).toBe(413);
  call.destroy();
});

test("a response over ten million bytes is 500", async () => {
  const service = async () => ({ status: 200, body: "b".repeat(MOST_BODY_BYTES + 1) });
  const changed = await startSmallStack([], undefined, { service });
  expect((await fetch(`${changed.url}/open/7`)).status).toBe(500);
  await changed.stop();
});

test("a service slower than the integration's timeout is 503", async () => {
  const service = () => new Promise<never>(() => {});
  const changed = await startSmallStack([set(SHOP, { timeout_milliseconds: 50 })], undefined, { service });
  const response = await fetch(`${changed.url}/open/7`);
  expect([response.status, await response.json()]).toEqual([503, { message: "Service Unavailable" }]);
  expect(changed.trace.refusal).toMatchObject({ reason: "no answer within 50 ms", declaration: SHOP });
  await changed.stop();
});
