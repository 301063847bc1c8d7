/**
 * A complete authorization server in place of the user pool, on a free port of 127.0.0.1. It prints that port, and ends
 * with its standard input. Node's first argument is JSON: `issuer`, `scopes`, `clients` (as `oidc-provider` takes
 * them).
 */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { issuer, scopes, clients } = JSON.parse(process.argv[2]);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Like a user pool's resource servers: the audience of an access token, and the scopes that it may have. */
const resourceServer = { audience: "https://front-door.example", scope: scopes.join(" "), accessTokenFormat: "jwt" };
/** Tokens for other resources differ in their audience alone. */
const resourceServerOf = (audience) => ({ ...resourceServer, audience });

const provider = new Provider(issuer, {
  clients,
  scopes,
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "pool-key", alg: "RS256", use: "sig" }] },
  routes: { authorization: "/oauth2/authorize", token: "/oauth2/token", jwks: "/.well-known/jwks.json" },
  // Further claims of a user pool's access tokens.
  extraTokenClaims: () => ({ token_use: "access", version: 2 }),
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, { uid }) => `/sign-in/${uid}` },
  // A sign-in consents to all scopes of the client.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope(oidc.client.scope);
    grant.addResourceScope(resourceServer.audience, oidc.client.scope);
    await grant.save();
    return grant;
  },
  cookies: { keys: ["made-up"] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resourceServer.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => resourceServerOf(resource),
    },
  },
});

// A caller that forwards a request says under which address it got it.
provider.proxy = true;

/** The sign-in page: any visitor is Ann. */
const handle = provider.callback();
const server = createServer((request, answer) => {
  if (!request.url.startsWith("/sign-in/")) return handle(request, answer);
  return provider.interactionFinished(request, answer, { login: { accountId: "ann" } });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit());
