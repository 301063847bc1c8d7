import { once } from "node:events";
import { get } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { forwardTo } from "../../../../packages/local-front-door/services/forward";

let server: Server;
/** What the service received, and how it answers. */
let received: string;
let answer: (socket: Socket) => void;
beforeEach(async () => {
  received = "";
  server = createServer((socket) => {
    socket.setEncoding("latin1").on("error", () => {});
    socket.on("data", (text: string) => {
      received += text;
      if (/\r\n\r\n/.test(received)) answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => server.close());

const port = () => (server.address() as AddressInfo).port;
const REQUEST = { service: "orders", method: "GET", host: "orders.example", target: "/a?b=%20", body: "" };
const ask = (headers: readonly (readonly [string, string])[] = [], onGivenUp?: (end: () => void) => void) =>
  forwardTo(port())({ ...REQUEST, headers: [["Host", "orders.example"], ...headers], ...(onGivenUp && { onGivenUp }) });

const says = (...lines: readonly string[]) => {
  answer = (socket) => socket.end(Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join("\r\n")}`, "latin1"));
};

test("a request's headers keep their case, order and repeats; those of its connection are left out", async () => {
  says("content-length: 2", "", "ok");
  const sent = [
    ["X-Zed", "1"],
    ["Connection", "x-zed"],
    ["x-a", "caf\u00e9"],
    ["X-Zed", "2"],
    ["Expect", "100-continue"],
    ["Keep-Alive", "timeout=1"],
  ] as const;
  expect(await ask(sent)).toMatchObject({ status: 200, body: "ok" });
  const [line, ...lines] = received.split("\r\n");
  expect(line).toBe("GET /a?b=%20 HTTP/1.1");
  expect(lines.filter((each) => /^(x-|expect|keep|host)/i.test(each)).slice(0, 4)).toEqual([
    "host: orders.example",
    "X-Zed: 1",
    "x-a: caf\u00e9",
    "X-Zed: 2",
  ]);
  expect(received).toMatch(/^x-cloud-trace-context: [0-9a-f]{32}\/\d+;o=0\r$/im);
  expect(received).not.toMatch(/expect:|timeout=1|connection: x-zed/i);
});

test("an answer's headers are those that Node's own client would return", async () => {
  const repeated = ["Content-Type", "ETag", "Server", "Location", "Last-Modified", "Age", "Retry-After", "Expires"];
  says(
    ...[...repeated, "X-Own", "Vary", "Set-Cookie", "Cache-Control"].flatMap((name) => [`${name}: a`, `${name}: b`]),
    "X-Latin: caf\u00e9",
    "Empty:",
    "Content-Length: 2",
    "Connection: close",
    "",
    "ok",
  );
  const { headers } = await ask();
  received = "";
  const [response] = await once(get(`http://127.0.0.1:${port()}/`), "response");
  const { connection, "content-length": length, ...expected } = response.resume().headers;
  expect([connection, length]).toEqual(["close", "2"]);
  expect(headers).toEqual(expected);
});

test("interim answers are skipped", async () => {
  says("content-length: 2", "", "ok");
  const last = answer;
  answer = (socket) => {
    socket.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
    last(socket);
  };
  expect(await ask()).toMatchObject({ status: 200, headers: {}, body: "ok" });
});

test("no answer, or an incomplete one, gives 503 with the reason", async () => {
  says("content-length: 10", "", "half");
  const half = await ask();
  expect(half).toMatchObject({ status: 503, headers: { "content-type": "text/plain" } });
  const closed = port();
  await new Promise((resolve) => server.close(resolve));
  const refused = await forwardTo(closed)({ ...REQUEST, headers: [] });
  expect(refused.body).toBe(
    `no program answers for orders on 127.0.0.1:${closed}: connect ECONNREFUSED 127.0.0.1:${closed}\n`,
  );
});

test("a streamed answer arrives in pieces, and breaks off when its service does", async () => {
  answer = (socket) => socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n");
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  const { stream } = await ask();
  const pieces = stream?.[Symbol.asyncIterator]();
  expect(String((await pieces?.next())?.value)).toBe("one");
  sockets[0]?.destroy();
  await expect(pieces?.next()).rejects.toThrow();
});

test("a service sees that the caller has disconnected, before and during its answer", async () => {
  for (const begins of [false, true]) {
    received = "";
    answer = (socket) => {
      if (begins) socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n");
    };
    const connected = once(server, "connection");
    let end = () => {};
    const asked = ask([], (ends) => {
      end = ends;
    });
    const [socket] = (await connected) as [Socket];
    const closed = new Promise((resolve) => socket.once("close", resolve));
    if (begins) await asked;
    else await once(socket, "data");
    end();
    await closed;
    expect((await asked).status).toBe(begins ? 200 : 503);
  }
});
