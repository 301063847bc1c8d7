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

  test("a port in use rejects, and a handler that throws gives 500", async () => {
    const url = await start(0, () => Promise.reject(new Error("no")));
    expect(await statusFor(url, "localhost")).toBe(500);
    await expect(start(Number(new URL(url).port))).rejects.toThrow("EADDRINUSE");
  });
});
