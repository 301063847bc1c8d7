import { existsSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:tls";
import { json } from "../../../../packages/local-front-door/net/local-http";
import { LocalTls } from "../../../../packages/local-front-door/net/tls";

let tls: LocalTls;
beforeAll(async () => {
  const host = (name: string) => [name, async () => json(200, { name })] as const;
  const failing = ["broken.example", () => Promise.reject(new Error("a bug"))] as const;
  tls = await LocalTls.start(new Map([host("one.example"), host("two.example"), failing]));
});
afterAll(() => tls.stop());

function get(servername: string, host = servername, trust = true): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port: tls.port, servername, headers: { host }, agent: false };
    const outgoing = request({ ...options, ...(trust && { ca: tls.authority }) }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve(`${response.statusCode} ${body}`));
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    outgoing.end();
  });
}

test("one server answers for every host, by name", async () => {
  expect(await get("one.example")).toBe('200 {"name":"one.example"}');
  expect(await get("two.example")).toBe('200 {"name":"two.example"}');
});

test("a name that is not a host has no certificate", async () => {
  expect(await get("three.example")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
});

test("a Host that is not the name of the connection is refused", async () => {
  expect(await get("one.example", "two.example")).toMatch(/^421 /);
});

/** The status line's code of an answer to a request that Node's own client would not send. */
function statusOf(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: tls.port, servername: "one.example", ca: tls.authority });
    socket.on("error", reject).once("data", (data) => {
      resolve(data.toString().split(" ")[1] ?? "");
      socket.destroy();
    });
    socket.write(`${head}\r\nconnection: close\r\n\r\n`);
  });
}

test.each([
  ["one Host", "200", "GET / HTTP/1.1\r\nhost: one.example"],
  ["no Host", "400", "GET / HTTP/1.0"],
  ["a repeated Host", "400", "GET / HTTP/1.1\r\nhost: one.example\r\nhost: one.example"],
  ["an asterisk for a target", "400", "OPTIONS * HTTP/1.1\r\nhost: one.example"],
  ["a whole URL for a target", "400", "GET https://one.example/ HTTP/1.1\r\nhost: one.example"],
])("a request with %s is answered with %s", async (_, status, head) => {
  expect(await statusOf(head)).toBe(status);
});

test("only a client that is configured for it trusts the authority", async () => {
  expect(await get("one.example", "one.example", false)).toMatch(/SELF_SIGNED|UNABLE_TO_/);
});

test("a stand-in that fails answers with its error", async () => {
  expect(await get("broken.example")).toBe("500 the stand-in failed: a bug");
});

test("the authority's file exists only while the server runs", async () => {
  const other = await LocalTls.start(new Map([["x.example", async () => json(200, {})]]));
  expect(existsSync(other.authorityFile)).toBe(true);
  await other.stop();
  expect(existsSync(other.authorityFile)).toBe(false);
});
