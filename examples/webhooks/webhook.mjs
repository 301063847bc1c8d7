import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;

/** Returns the event; undefined if the vendor did not sign these bytes in the last five minutes. */
export function eventOf(body, signature = "", secret = process.env.WEBHOOK_SECRET, now = Date.now() / 1000) {
  const { t = "", v1 = "" } = Object.fromEntries(signature.split(",").map((part) => part.trim().split("=")));
  const expected = createHmac("sha256", secret).update(`${t}.`).update(body).digest();
  const given = Buffer.from(v1, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return Math.abs(now - Number(t)) <= TOLERANCE_SECONDS ? JSON.parse(body) : undefined;
}

/** Answers one delivery. `begin` stores the event's id and is false if it was stored before. */
export async function receive(request, response, begin) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const event = eventOf(Buffer.concat(chunks), request.headers["x-payments-signature"]);
  if (event === undefined) response.writeHead(401).end();
  else response.writeHead((await begin(event.id)) ? 202 : 200).end();
}
