import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { call } from "../../../system/attack/support/gateway-call";
import { type Seen, seenBy } from "../small-stack";
import { startSmallRest } from "./small-rest";

/** Headers of a caller that the small stack's authorizer allows. */
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
    /** A request as the service received it. */
    async seen(path: string, init?: RequestInit): Promise<Seen> {
      return seenBy(await fetch(`${clouds.url}${path}`, init));
    },
    /** Sends path and headers unchanged. */
    raw(path: string, headers: readonly string[] = [], method = "GET") {
      return call(clouds.url, `${new URL(clouds.url).pathname}${path}`, { method, headers });
    },
  };
}
