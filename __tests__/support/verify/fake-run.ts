import type { RequestListener } from "node:http";
import { bearerOf, knownCaller } from "./authorizer";
import type { Faults } from "./faults";

/** Headers that Google sets on every answer of Cloud Run. */
const MARKS = { server: "Google Frontend", "x-cloud-trace-context": "105445aa7843bc8bf206b12000100000" };

/** An access token of an account that may invoke every service. */
export const GOOGLE_ACCESS_TOKEN = "ya29.of-an-invoker";

/** Cloud Run's check of the Google token, and a service behind it, by default an echo. */
export function fakeRun(service: string, faults: Faults): RequestListener {
  return (incoming, outgoing) => {
    const { authorization } = incoming.headers;
    const checked = incoming.headers["x-serverless-authorization"] ?? authorization;
    const invoker = checked === `Bearer google-token-for-${service}` && faults.invokerUnknown !== service;
    const caller = faults.acceptsCallersToken && knownCaller(bearerOf(String(checked))) !== undefined;
    const isAccessToken = bearerOf(String(checked)) === GOOGLE_ACCESS_TOKEN;
    const passes = invoker || caller || (isAccessToken && faults.acceptsAccessToken);
    if (!passes && faults.openService !== service) {
      outgoing.writeHead(isAccessToken ? (faults.accessTokenStatus ?? 401) : 403, {
        ...MARKS,
        "content-type": "text/html",
      });
      outgoing.end("<h2>Your client does not have permission to get URL <code>/</code> from this server.</h2>");
      return;
    }
    outgoing.writeHead(faults.serviceStatus ?? 200, { ...MARKS, "content-type": "application/json" });
    outgoing.end(faults.noEcho ? "{}" : JSON.stringify({ path: incoming.url, headers: incoming.headers }));
  };
}
