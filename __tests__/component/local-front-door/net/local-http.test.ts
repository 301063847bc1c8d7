import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { headerValues, json, readRequest, writeAnswer } from "../../../../packages/local-front-door/net/local-http";
import { LocalServer } from "../../../../packages/local-front-door/net/local-server";

test("a request is read exactly as sent, and an answer is written", async () => {
  const server = createServer((incoming, outgoing) => {
    readRequest(incoming).then((request) => writeAnswer(outgoing, json(201, request)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const answer = await new Promise<string>((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1", () =>
      socket.write(
        "POST /a/../b?c HTTP/1.1\r\nHost: X.example:8443\r\nX-One: a\r\nx-one: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\u00e9",
      ),
    );
    let text = "";
    socket.setEncoding("utf8").on("data", (data: string) => {
      text += data;
    });
    socket.on("end", () => resolve(text));
  });
  server.close();
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 201 Created\r\ncontent-type: application\/json/);
  expect(JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1))).toMatchObject({
    method: "POST",
    host: "X.example",
    target: "/a/../b?c",
    headers: expect.arrayContaining([
      ["X-One", "a"],
      ["x-one", "b"],
    ]),
    body: "\u00e9",
  });
});

test("a header's values are found regardless of the name's case", () => {
  const headers = [
    ["X-One", "a"],
    ["x-one", "b"],
    ["x-two", "c"],
  ] as const;
  expect(headerValues({ headers }, "X-ONE")).toEqual(["a", "b"]);
  expect(headerValues({ headers }, "x-three")).toEqual([]);
});

describe("a server for people of this machine", () => {
  const started: LocalServer[] = [];
  afterEach(async () => {
    for (const each of started.splice(0)) await each.stop();
  });

  async function start(port = 0, handle = async () => json(200, "fine")): Promise<string> {
    const server = new LocalServer(handle);
    started.push(server);
    return server.start(port);
  }

  function statusFor(url: string, host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { headers: { host }, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      outgoing.on("error", reject).end();
    });
  }

  test("only this machine's own host names are answered, so that no foreign page can call under its own name", async () => {
    const url = await start();
    expect(await statusFor(url, "127.0.0.1")).toBe(200);
    expect(await statusFor(url, "localhost:1234")).toBe(200);
    expect(await statusFor(url, "evil.example")).toBe(421);
  });

  /** The answer's status while the body is still being sent, and how many bytes of it were written by then. */
  function statusWhileSending(url: string, host: string): Promise<readonly [status: number | undefined, sent: number]> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method: "POST", headers: { host }, agent: false });
      const piece = Buffer.alloc(50_000);
      let sent = 0;
      const timer = setInterval(() => {
        outgoing.write(piece);
        sent += piece.length;
      }, 1);
      outgoing.on("response", ({ statusCode }) => {
        clearInterval(timer);
        outgoing.destroy();
        resolve([statusCode, sent]);
      });
      outgoing.on("error", reject);
    });
  }

  test("a body is read only for this machine's own names, and only up to the limit", async () => {
    const bodies: number[] = [];
    const server = new LocalServer(async ({ body }) => {
      bodies.push(body.length);
      return json(200, "fine");
    }, 1_000_000);
    started.push(server);
    const url = await server.start(0);
    const [misdirected] = await statusWhileSending(url, "evil.example");
    const [tooLong, sent] = await statusWhileSending(url, "localhost");
    expect([misdirected, tooLong, bodies]).toEqual([421, 413, []]);
    expect(sent).toBeGreaterThan(1_000_000);
    const post = async (length: number) =>
      (await fetch(url, { method: "POST", body: Buffer.alloc(length, "a") })).status;
    expect([await post(1_000_000), await post(1_000_001)]).toEqual([200, 413]);
    expect(bodies).toEqual([1_000_000]);
  });

  test("by default, bodies have at most 100 kB", async () => {
    const url = await start();
    const post = async (length: number) =>
      (await fetch(url, { method: "POST", body: Buffer.alloc(length, "a") })).status;
    expect([await post(100_000), await post(100_001)]).toEqual([200, 413]);
  });

  test("a stated length over the limit is refused before any of the body arrives", async () => {
    const url = await start();
    const status = await new Promise((resolve, reject) => {
      const headers = { "content-length": 300_000_000 };
      const outgoing = request(url, { method: "POST", headers, agent: false }, ({ statusCode }) => {
        outgoing.destroy();
        resolve(statusCode);
      });
      outgoing.on("error", reject).flushHeaders();
    });
    expect(status).toBe(413);
  });

  test("a port in use rejects, and a handler that throws gives 500", async () => {
    const url = await start(0, () => Promise.reject(new Error("no")));
    expect(await statusFor(url, "localhost")).toBe(500);
    await expect(start(Number(new URL(url).port))).rejects.toThrow("EADDRINUSE");
  });
});
