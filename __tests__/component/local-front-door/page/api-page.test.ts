import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { ApiPage } from "../../../../packages/local-front-door/page/api-page";
import { startSmallStack } from "../../../support/local/small-stack";
import { ROOT } from "../../../support/places";

const renderer = mkdtempSync(join(tmpdir(), "front-door-renderer-"));
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui.js"])
  writeFileSync(join(renderer, name), name);
afterAll(() => rmSync(renderer, { recursive: true }));

const KEY = "printed-in-the-terminal";
const OWN_SCRIPT = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" };

let clouds: Clouds;
beforeAll(async () => {
  clouds = await startSmallStack([], undefined, {
    page: {
      title: "small",
      port: 0,
      api: ({ url }) => ({ document: { servers: [{ url }] }, tryOut: { servers: [{ url: "/door" }] } }),
      renderer,
      key: KEY,
    },
  });
});
afterAll(() => clouds.stop());

interface Answer {
  readonly status?: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Calls with Node's own client, because `fetch` adds headers. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET", body = ""): Promise<Answer> {
  const { hostname, port } = new URL(clouds.pageUrl ?? "");
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

test("the document is served with the door's URL, and the page's own copy calls through the page", async () => {
  expect(JSON.parse((await ask("/openapi.json")).body)).toEqual({ servers: [{ url: clouds.url }] });
  expect(JSON.parse((await ask("/api.json")).body)).toEqual({
    title: "small",
    callers: clouds.callers.map(({ name }) => name),
    document: { servers: [{ url: "/door" }] },
  });
});

describe("a token of a declared caller", () => {
  const bearer = (key: string) => ({ ...OWN_SCRIPT, authorization: `Bearer ${key}` });
  const pageWith = (key: string | undefined) =>
    new ApiPage({
      title: "small",
      document: {},
      tryOut: {},
      callers: [{ name: "customers/web", token: () => Promise.resolve("a.b.c") }],
      gatewayUrl: "http://127.0.0.1:9",
      assets: "",
      ...(key !== undefined && { key }),
    });
  const order = (headers: Record<string, string>, body = "customers/web") =>
    pageWith(KEY).answer({
      method: "POST",
      host: "127.0.0.1",
      target: "/token",
      headers: Object.entries(headers),
      body,
    });

  test("is for the page's own script with the door's key", async () => {
    expect(await order(bearer(KEY))).toMatchObject({ status: 200, body: "a.b.c" });
    expect(await order(bearer(KEY), "customers/another")).toMatchObject({ status: 404 });
  });

  test("is for no program without the key, and for no other page", async () => {
    for (const headers of [
      OWN_SCRIPT,
      bearer("another-key"),
      bearer(""),
      bearer("undefined"),
      { authorization: `Bearer ${KEY}` },
      { ...bearer(KEY), "sec-fetch-site": "cross-site" },
    ] as Record<string, string>[]) {
      expect([headers, (await order(headers))?.status]).toEqual([headers, 403]);
    }
    expect((await ask("/token", OWN_SCRIPT, "POST", "customers/web")).status).toBe(403);
    expect((await ask("/token", bearer(KEY))).status).toBe(404);
  });

  test("is never given on a page without a key", async () => {
    const page = pageWith(undefined);
    for (const key of ["", "undefined", KEY]) {
      const headers = Object.entries(bearer(key));
      const request = { method: "POST", host: "127.0.0.1", target: "/token", headers, body: "customers/web" };
      expect([key, (await page.answer(request))?.status]).toEqual([key, 403]);
    }
  });
});

test("the page serves its own files and those of the renderer, and no others", async () => {
  for (const path of ["/api", "/api.css", "/api.js", "/swagger-ui.css", "/swagger-ui-bundle.js"]) {
    expect([path, (await ask(path)).status]).toEqual([path, 200]);
  }
  for (const path of ["/swagger-ui.js", "/api/x", "/..%2fapi.css", "/api-missing.html"]) {
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
  }
  const { headers } = await ask("/api");
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
});

test("a call of the page reaches the gateway unchanged, and the page gets its answer, including a refusal", async () => {
  const call = await ask("/door/scoped?a=%20b&c", { ...OWN_SCRIPT, authorization: "Bearer x", "x-own": "1" });
  const { target, headers } = JSON.parse(call.body);
  expect([call.status, target]).toEqual([200, "/scoped?a=%20b&c"]);
  const names = headers.map(([name]: [string]) => name.toLowerCase());
  expect(names).toContain("x-own");
  expect(names.filter((name: string) => /^(sec-|origin$|referer$|cookie$)/.test(name))).toEqual([]);
  expect(call.headers["apigw-requestid"]).toEqual(expect.any(String));
  const refused = await ask("/door/scoped", OWN_SCRIPT);
  expect([refused.status, refused.body]).toEqual([401, '{"message":"Unauthorized"}']);
});

test("a body arrives unchanged", async () => {
  const call = await ask("/door/scoped", { ...OWN_SCRIPT, authorization: "Bearer x" }, "POST", '{"a":"ä"}');
  expect(JSON.parse(call.body)).toMatchObject({ method: "POST", body: '{"a":"ä"}' });
});

test("no other page, no navigation and no program calls through the page", async () => {
  const before = clouds.trace.requests.total;
  for (const headers of [
    {},
    { "sec-fetch-site": "cross-site", "sec-fetch-dest": "empty" },
    { "sec-fetch-site": "same-site", "sec-fetch-dest": "empty" },
    { "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" },
    { "sec-fetch-site": "none", "sec-fetch-dest": "document" },
  ] as Record<string, string>[]) {
    expect([headers, (await ask("/door/scoped", headers)).status]).toEqual([headers, 403]);
  }
  expect((await ask("/door/scoped", { ...OWN_SCRIPT, host: "evil.example" })).status).toBe(421);
  expect(clouds.trace.requests.total).toBe(before);
});

test("a service's answer is not opened as a page: none of its scripts runs", async () => {
  const { headers } = await ask("/door/scoped", { ...OWN_SCRIPT, authorization: "Bearer x" });
  expect([headers["content-security-policy"], headers["x-content-type-options"]]).toEqual([
    expect.stringContaining("default-src 'none'"),
    "nosniff",
  ]);
});

test("without the renderer the page says which package to install, in the version that the tests use", async () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const missing = readFileSync(join(ROOT, "packages/local-front-door/page/assets/api-missing.html"), "utf8");
  expect(missing).toContain(`swagger-ui-dist@${devDependencies["swagger-ui-dist"]}<`);
});

describe("a door without a document", () => {
  let plain: Clouds;
  beforeAll(async () => {
    plain = await startSmallStack([], undefined, { page: { title: "small", port: 0 } });
  });
  afterAll(() => plain.stop());

  test("has no such page, and forwards no call", async () => {
    for (const path of ["/api", "/api.json", "/openapi.json", "/door/scoped", "/token"]) {
      const answer = await fetch(`${plain.pageUrl}${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });
});

describe("a gateway that does not answer", () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((incoming) => incoming.socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("is 503", async () => {
    const { relay } = await import("../../../../packages/local-front-door/page/api-page");
    const { port } = server.address() as AddressInfo;
    const incoming = { method: "GET", host: "127.0.0.1", target: "/", body: "", headers: Object.entries(OWN_SCRIPT) };
    expect((await relay(`http://127.0.0.1:${port}`, incoming, "/x")).status).toBe(503);
  });
});
