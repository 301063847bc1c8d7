import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { type Change, set } from "../../../../support/local/document";
import { AUTHORIZED } from "../../../../support/local/rest/served-rest";
import { startSmallRest } from "../../../../support/local/rest/small-rest";

describe("answers", () => {
  /** Where the service is this server. */
  async function behind(handler: Parameters<typeof createServer>[1], changes: readonly Change[] = []) {
    const server = createServer(handler);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const others = await startSmallRest(changes, {
      services: {
        choices: [{ id: "shop", answeredBy: { port } }],
        secrets: new Map(),
        secretsFile: "",
        print: () => {},
      },
    });
    return {
      ...others,
      stop: async () => {
        await others.stop();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  const STREAM = set("aws_api_gateway_integration.open", { response_transfer_mode: "STREAM" });

  test("a streamed answer arrives in pieces, before the service has finished", async () => {
    let finish = () => {};
    const others = await behind(
      (_, answer) => {
        answer.writeHead(200, { "content-type": "text/event-stream" });
        answer.write("data: 1\n\n");
        finish = () => answer.end("data: 2\n\n");
      },
      [STREAM],
    );
    const response = await fetch(`${others.url}/open/7`);
    const reader = response.body?.getReader();
    const piece = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await piece()).toBe("data: 1\n\n");
    finish();
    expect(await piece()).toBe("data: 2\n\n");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    await others.stop();
  });

  test("a stream that ends too soon is cut off for its reader", async () => {
    const others = await behind(
      (_, answer) => {
        answer.writeHead(200);
        answer.write("half", () => answer.destroy());
      },
      [STREAM],
    );
    await expect(fetch(`${others.url}/open/7`).then((response) => response.text())).rejects.toThrow();
    await others.stop();
  });

  test("an answer of more than 10 MB passes only if it is streamed", async () => {
    const big = Buffer.alloc(10_000_001, "x");
    const handler = (_: unknown, answer: { end(body: Buffer): unknown }) => answer.end(big);
    const [streamed, buffered] = [await behind(handler, [STREAM]), await behind(handler)];
    expect((await (await fetch(`${streamed.url}/open/7`)).arrayBuffer()).byteLength).toBe(big.length);
    expect((await fetch(`${buffered.url}/open/7`)).status).toBe(504);
    await streamed.stop();
    await buffered.stop();
  });

  test("headers are renamed or dropped as by AWS, and each answer has a content type", async () => {
    const others = await behind((_, answer) => {
      answer.setHeader("www-authenticate", "Bearer");
      answer.setHeader("via", "1.1 x");
      answer.setHeader("access-control-allow-origin", "https://shop.example");
      answer.end("x");
    });
    const { headers } = await fetch(`${others.url}/open/7`);
    expect([headers.get("www-authenticate"), headers.get("x-amzn-remapped-www-authenticate")]).toEqual([
      null,
      "Bearer",
    ]);
    expect([headers.get("via"), headers.get("content-type")]).toEqual([null, "application/json"]);
    expect([headers.get("content-length"), headers.get("x-amzn-remapped-content-length")]).toEqual(["1", "1"]);
    expect(headers.get("access-control-allow-origin")).toBe("https://shop.example");
    await others.stop();
  });

  test("an answer that comes too late is 504", async () => {
    const late = set("aws_api_gateway_integration.open", { timeout_milliseconds: 50 });
    const others = await behind(() => {}, [late]);
    const response = await fetch(`${others.url}/open/7`);
    expect([response.status, await response.json()]).toEqual([504, { message: "Endpoint request timed out" }]);
    await others.stop();
  });

  test("bodies pass byte for byte, unless the API treats them as text", async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x80]);
    const handler: Parameters<typeof createServer>[1] = (incoming, answer) => incoming.pipe(answer);
    const both = [
      await behind(handler),
      await behind(handler, [set("aws_api_gateway_rest_api.gateway", { binary_media_types: ["image/png"] })]),
    ];
    const echoed = async ({ url }: Clouds, type: string) => {
      const headers = { ...AUTHORIZED.headers, "content-type": type, accept: type };
      const response = await fetch(`${url}/scoped`, { method: "POST", body: bytes, headers });
      return Buffer.from(await response.arrayBuffer()).equals(bytes);
    };
    const [all, some] = both;
    if (all === undefined || some === undefined) throw new Error("not started");
    expect([
      await echoed(all, "text/plain"),
      await echoed(some, "image/png"),
      await echoed(some, "text/plain"),
    ]).toEqual([true, true, false]);
    for (const each of both) await each.stop();
  });
});
