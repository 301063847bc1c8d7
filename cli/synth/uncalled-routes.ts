import type { Intent } from "../../intent/model/intent";
import type { Locate } from "../secrets/declared-secret";

/** In a line each, with its place in the config: scoped routes that no declared caller has a scope for. */
export function uncalledRoutes({ services, clients, issuers }: Intent, locate: Locate): readonly string[] {
  const held = new Set([
    ...clients.flatMap(({ disabled, scopes }) => (disabled ? [] : scopes)),
    ...issuers.flatMap((issuer) => (issuer.kind === "oidc" && issuer.grants === "token" ? issuer.scopes : [])),
  ]);
  return services.flatMap(({ key: service, routes }) =>
    routes.flatMap(({ key, access }) => {
      if (access.kind === "public" || access.scopes.some((scope) => held.has(scope))) return [];
      const written = [key, key.replace(/^[A-Z]+/, "ANY")];
      const [place] = written.flatMap((each) => locate(["services", service, "routes", each]) ?? []);
      return [`warning: ${place ?? service}: no caller can call ${key}: no client has ${access.scopes.join(" or ")}`];
    }),
  );
}
