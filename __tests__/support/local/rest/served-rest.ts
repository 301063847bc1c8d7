import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { call } from "../../../system/attack/support/gateway-call";
import { type Seen, seenBy } from "../small-stack";
import { startSmallRest } from "./small-rest";

/** A caller whom the small stack's authorizer lets in. */
export const AUTHORIZED = { headers: { authorization: "Bearer x" } };

/** The small REST API for all tests of a file, and two ways to call it. */
export function servedRest(...parts: Parameters<typeof startSmallRest>) {
  let clouds: Clouds;
  beforeAll(async () => {
    clouds = await startSmallRest(...parts);
  });
  afterAll(() => clouds.stop());
  return {
    get clouds(): Clouds {
      return clouds;
    },
    get url(): string {
      return clouds.url;
    },
    /** What the service saw of a request. */
    async seen(path: string, init?: RequestInit): Promise<Seen> {
      return seenBy(await fetch(`${clouds.url}${path}`, init));
    },
    /** Path and headers as they are. */
    raw(path: string, headers: readonly string[] = [], method = "GET") {
      return call(clouds.url, `${new URL(clouds.url).pathname}${path}`, { method, headers });
    },
  };
}
