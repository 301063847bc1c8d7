import type { LocalHost } from "../net/local-http";
import type { LocalIssuer } from "./issuers";

/** Two issuers may share a host, as all user pools of a region do. */
export function issuerHosts(issuers: readonly LocalIssuer[]): ReadonlyMap<string, LocalHost> {
  const hosts = new Set(issuers.flatMap((issuer) => issuer.hosts));
  return new Map(
    [...hosts].map((host) => {
      const there = issuers.filter((issuer) => issuer.hosts.includes(host));
      const ask: LocalHost = async (request) => {
        for (const { handle } of there) {
          const answer = await handle(request);
          if (answer.status !== 404) return answer;
        }
        return { status: 404, body: "" };
      };
      return [host, ask] as const;
    }),
  );
}
