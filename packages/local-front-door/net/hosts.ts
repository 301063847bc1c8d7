import type { LocalHost } from "./local-http";

/** Every host of both clouds and of the issuers by name, and who answers for it. */
export type LocalHosts = ReadonlyMap<string, LocalHost>;

/**
 * Asks the program that answers for the request's host. Rejects when the stack has no such host; one that breaks answers 500.
 *
 * @param hosts asked for at each call, so that the caller can be made before them
 */
export function callerOf(hosts: () => LocalHosts): LocalHost {
  return (request) => {
    const host = hosts().get(request.host);
    if (host === undefined) return Promise.reject(new Error(`${request.host} is no host of this stack`));
    return host(request).catch((error: Error) => ({ status: 500, body: `the stand-in failed: ${error.message}` }));
  };
}
