import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Clouds } from "../../packages/local-front-door/clouds";
import { headerValues, type LocalAnswer, type LocalRequest } from "../../packages/local-front-door/net/local-http";
import { LocalServer } from "../../packages/local-front-door/net/local-server";
import { removeDoorFile, writeDoorFile } from "./door-file";
import { fillOrder, OrderRefused, type TokenOrder } from "./token-order";

/**
 * Starts the server from which `npm run token` gets tokens of an open front door, whose issuers' keys exist only in its
 * memory. The server listens on 127.0.0.1 and answers only clients that can read the door's file, which a page in a
 * browser cannot.
 *
 * @param clouds returns the current clouds, which a changed config replaces
 * @param logs folder of the door's logs, for `npm run trace`
 * @returns a function that closes the server
 */
export async function openTokenDesk(environment: string, clouds: () => Clouds, logs: string) {
  const secret = randomBytes(32).toString("base64url");
  const server = new LocalServer((request) => answer(request, secret, clouds));
  const file = { url: await server.start(0), secret, logs };
  writeDoorFile(environment, file);
  return async (): Promise<void> => {
    removeDoorFile(environment, file);
    await server.stop();
  };
}

async function answer(request: LocalRequest, secret: string, clouds: () => Clouds): Promise<LocalAnswer> {
  const [given = ""] = headerValues(request, "authorization");
  if (!same(given, `Bearer ${secret}`)) return { status: 403, body: "this door has another secret" };
  if (request.method !== "POST" || request.target !== "/token") return { status: 404, body: "POST /token alone" };
  try {
    return { status: 200, body: await fillOrder(clouds(), JSON.parse(request.body) as TokenOrder) };
  } catch (error) {
    if (!(error instanceof OrderRefused)) throw error;
    return { status: 400, body: error.message };
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
