import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import type { LocalService } from "../../../packages/local-front-door/google/run";
import type { Kind } from "../attack/support/api-kind";
import { SynthesizedStack } from "../attack/support/synthesized";

const { eventOf, receive } = require("../../../examples/webhooks/webhook.mjs");

const SECRET = "whsec_of_a_test";
/** Spaces, an order of keys and an escape that no serializer would write again, and a letter of two bytes. */
const BODY = Buffer.from('{ "id":"evt_1",  "note":"caf\u00e9 \\u00e9 \\/", "a":1 }\n');
const now = () => Math.floor(Date.now() / 1000);

function signature(body: Uint8Array, seconds = now(), secret = SECRET): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex")}`;
}

describe.each<Kind>(["http", "rest"])("through a public route of a gateway of kind %s", (kind) => {
  let stack: SynthesizedStack;
  let clouds: Clouds;
  let arrived: Parameters<LocalService>[0][] = [];
  const stored = new Set<string>();

  /** The printed code as a service, with a set as its table of ids. */
  const service: LocalService = async (request) => {
    arrived.push(request);
    const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
    let status = 0;
    const response = { writeHead: (code: number) => ({ end: () => (status = code) }) };
    const begin = async (id: string) => !stored.has(id) && Boolean(stored.add(id));
    await receive(Object.assign(Readable.from([request.bytes ?? []]), { headers }), response, begin);
    return { status, body: "" };
  };

  beforeAll(async () => {
    process.env.WEBHOOK_SECRET = SECRET;
    stack = new SynthesizedStack([], kind);
    clouds = await startClouds({ stackFile: stack.file, service });
  });
  afterAll(async () => {
    delete process.env.WEBHOOK_SECRET;
    await clouds?.stop();
    stack?.remove();
  });
  beforeEach(() => {
    arrived = [];
    stored.clear();
  });

  const deliver = async (body: Uint8Array, headers: Record<string, string>) => {
    const url = `${clouds.url}/searches`;
    return (await fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } }))
      .status;
  };

  test("a signed delivery is accepted once, and a repeated one is answered without doing it again", async () => {
    const headers = { "x-payments-signature": signature(BODY) };
    expect([await deliver(BODY, headers), await deliver(BODY, headers), [...stored]]).toEqual([202, 200, ["evt_1"]]);
  });

  test("one that is changed, signed with another secret, unsigned, or too old is refused", async () => {
    const changed = Buffer.from(BODY.toString().replace('"a":1', '"a":2'));
    expect([
      await deliver(changed, { "x-payments-signature": signature(BODY) }),
      await deliver(BODY, { "x-payments-signature": signature(BODY, now(), "another") }),
      await deliver(BODY, {}),
      await deliver(BODY, { "x-payments-signature": signature(BODY, now() - 301) }),
      [...stored],
    ]).toEqual([401, 401, 401, 401, []]);
  });

  test("body, signature and other headers of a vendor arrive unchanged, whatever the bytes", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const headers = {
      "content-type": "application/octet-stream",
      "x-hub-signature-256": "sha256=AbC=",
      "user-agent": "Vendor/1",
    };
    await deliver(bytes, headers);
    const [{ bytes: received, headers: sent } = { headers: [] }] = arrived;
    expect(Buffer.from(received ?? [])).toEqual(Buffer.from(bytes));
    const named = Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), value]));
    expect(named).toMatchObject(headers);
    expect([named["x-caller-client"], named["x-caller-subject"]]).toEqual(["-", "anonymous"]);
  });

  test("a compressed body arrives compressed; a REST API removes the header that says so", async () => {
    const zipped = Buffer.from("1f8b0800", "hex");
    await deliver(zipped, { "content-encoding": "gzip", "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" });
    const [{ bytes, headers } = { headers: [] }] = arrived;
    const names = headers.map(([name]) => name.toLowerCase());
    const isThere = kind === "http";
    expect(Buffer.from(bytes ?? [])).toEqual(zipped);
    expect([names.includes("content-encoding"), names.includes("content-md5")]).toEqual([isThere, isThere]);
  });
});

test("a signature that is no hexadecimal, and a time that is no number, are refused", () => {
  expect(eventOf(BODY, "t=1,v1=xyz", SECRET, 1)).toBeUndefined();
  expect(eventOf(BODY, "", SECRET, 1)).toBeUndefined();
  const digest = createHmac("sha256", SECRET).update("soon.").update(BODY).digest("hex");
  expect(eventOf(BODY, `t=soon,v1=${digest}`, SECRET, 1)).toBeUndefined();
  expect(eventOf(BODY, signature(BODY, 1), SECRET, 1)).toMatchObject({ id: "evt_1" });
});
