import { connect } from "node:net";
import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { set } from "../../../../support/local/document";
import { seenBy, startSmallStack } from "../../../../support/local/small-stack";

const SHOP = "aws_apigatewayv2_integration.shop";

let clouds: Clouds;
beforeAll(async () => {
  clouds = await startSmallStack();
});
afterAll(() => clouds.stop());

const get = async (path: string, headers: Record<string, string> = {}) =>
  seenBy(await fetch(`${clouds.url}${path}`, { headers }));

test("headers are overwritten, appended and removed as declared; the caller's own pass", async () => {
  const response = await fetch(`${clouds.url}/open/7`, {
    headers: { "x-request-id": "forged", "X-VIA": "caller", "x-secret": "1", authorization: "Bearer own" },
  });
  const { headers } = await seenBy(response);
  expect(headers["x-request-id"]).toBe(response.headers.get("apigw-requestid"));
  expect(headers["x-via"]).toBe("caller,gateway");
  expect(headers["x-secret"]).toBeUndefined();
  expect(headers.authorization).toBe("Bearer own");
  expect((await get("/open/7")).headers["x-via"]).toBe("gateway");
});

test("the service gets its own host, and the caller's address in forwarding headers", async () => {
  const { headers } = await get("/open/7", { "x-forwarded-for": "6.6.6.6" });
  expect(headers.host).toMatch(/^shop-[a-z0-9]{10}-ew\.a\.run\.app$/);
  expect(headers["x-forwarded-for"]).toBe("127.0.0.1");
  expect(headers.forwarded).toMatch(
    /^for=6\.6\.6\.6,by=127\.0\.0\.1;for=127\.0\.0\.1;host=127\.0\.0\.1:\d+;proto=https$/,
  );
});

test("a caller's forwarding headers never come last", async () => {
  const own = expect.stringMatching(/,by=127\.0\.0\.1;for=127\.0\.0\.1;host=[^,]*;proto=https$/);
  expect((await get("/open/7", { forwarded: "for=6.6.6.6" })).headers.forwarded).toEqual(own);
  const both = await get("/open/7", { forwarded: "for=6.6.6.6", "x-forwarded-for": "7.7.7.7, 8.8.8.8" });
  expect(both.headers.forwarded).toMatch(/^for=6\.6\.6\.6,for=7\.7\.7\.7,for=8\.8\.8\.8,by=/);
});

test("the path arrives decoded, with only characters escaped that HTTP cannot carry; the query arrives unchanged", async () => {
  expect((await get("/open/a%3Fb%25%20%C3%A9?x=%2F")).target).toBe("/open/a?b%%20%C3%A9?x=%2F");
  expect((await get("/files/a%2Fb/c")).target).toBe("/files/a/b/c");
});

test("method and body arrive", async () => {
  const response = await fetch(`${clouds.url}/scoped`, {
    method: "POST",
    body: "hello",
    headers: { authorization: "x" },
  });
  expect(await seenBy(response)).toMatchObject({ method: "POST", body: "hello" });
});

test("if a mapped value is missing, the caller's header passes, which is the worst case for the real gateway", async () => {
  const parameters = { "overwrite:header.X-Caller": "$context.authorizer.unknown", "overwrite:path": "$request.path" };
  const changed = await startSmallStack([set(SHOP, { request_parameters: parameters })]);
  const response = await fetch(`${changed.url}/open/7`, { headers: { "x-caller": "forged" } });
  expect((await seenBy(response)).headers["x-caller"]).toBe("forged");
  await changed.stop();
});

test("without a path mapping, the integration's own path is called", async () => {
  const changed = await startSmallStack([set(SHOP, { request_parameters: {} })]);
  expect((await seenBy(await fetch(`${changed.url}/open/7?a=b`))).target).toBe("/?a=b");
  await changed.stop();
});

test("a service that cannot be reached is 503", async () => {
  const changed = await startSmallStack([set(SHOP, { integration_uri: "https://unknown.example" })]);
  expect((await fetch(`${changed.url}/open/7`)).status).toBe(503);
  await changed.stop();
});

test("the service's answer arrives unchanged: status, headers, repeated headers, and a binary body", async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xfe]);
  const service = async () => ({
    status: 418,
    headers: { "content-type": "image/png", "set-cookie": ["a=1", "b=2"], connection: "close", "apigw-requestid": "x" },
    body: "",
    bytes,
  });
  const changed = await startSmallStack([], undefined, { service });
  const response = await fetch(`${changed.url}/open/7`);
  expect(response.status).toBe(418);
  expect(response.headers.get("content-type")).toBe("image/png");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.headers.get("apigw-requestid")).toMatch(/=$/);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  await changed.stop();
});

test("a binary request body arrives unchanged", async () => {
  let seen: Uint8Array | undefined;
  const service = async ({ bytes }: { bytes?: Uint8Array }) => {
    seen = bytes;
    return { status: 200, body: "" };
  };
  const changed = await startSmallStack([], undefined, { service });
  const body = Buffer.from([0xff, 0x00, 0xfe]);
  await fetch(`${changed.url}/scoped`, { method: "POST", headers: { authorization: "x" }, body });
  expect(seen).toEqual(body);
  await changed.stop();
});

test("the trace names undocumented behaviour where it made a difference", async () => {
  const parameters = { "overwrite:header.X-Caller": "$context.authorizer.unknown", "overwrite:path": "$request.path" };
  const changed = await startSmallStack([set(SHOP, { request_parameters: parameters })]);
  await fetch(`${changed.url}/open/plain`);
  await fetch(`${changed.url}/open/a%3Fb`);
  const named = changed.trace.hops.flatMap(({ reason }) => /^not documented \((.*?)\)/.exec(reason)?.[1] ?? []);
  expect(named).toEqual(["mapping-missing-key", "path-decoding", "mapping-missing-key", "path-on-the-wire"]);
  await changed.stop();
});

test("a path that cannot be decoded is 400, an unknown one 404", async () => {
  const { port } = new URL(clouds.url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.end("GET /open/%E9 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    );
    socket.on("data", (data) => resolve(`${data}`));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect((await fetch(`${clouds.url}/nowhere`)).status).toBe(404);
});

test("it listens only on this machine, and every answer has its own request id, whichever part answers", async () => {
  expect(clouds.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const paths = ["/open/1", "/open/2", "/scoped", "/nowhere"];
  const answers = await Promise.all(paths.map((path) => fetch(`${clouds.url}${path}`)));
  const ids = answers.map(({ headers }) => headers.get("apigw-requestid"));
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9+]{15}=$/);
});
