import { request } from "node:http";
import { json } from "../../local/local-http";
import { LocalServer } from "../../local/local-server";

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

test("only this machine's own names are answered, so that no page from elsewhere gets in by a name of its own", async () => {
  const url = await start();
  expect(await statusFor(url, "127.0.0.1")).toBe(200);
  expect(await statusFor(url, "localhost:1234")).toBe(200);
  expect(await statusFor(url, "evil.example")).toBe(421);
});

test("a port that is taken rejects, and a handler that throws is a 500", async () => {
  const url = await start(0, () => Promise.reject(new Error("no")));
  expect(await statusFor(url, "localhost")).toBe(500);
  await expect(start(Number(new URL(url).port))).rejects.toThrow("EADDRINUSE");
});
