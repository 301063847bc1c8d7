import { faults } from "../../../support/config-folder";
import { ENTRA_MCP, MCP_DOMAIN, MCP_URL, mcpConfig, SERVER_ID } from "../../../support/mcp";
import { testAll } from "../../../support/test-all";

/** Where the problems are. */
const places = (changes: string) => faults(changes).map((fault) => fault.slice(0, fault.indexOf("  ")));
const changed = (from: string, to: string) => {
  const config = mcpConfig();
  if (!config.includes(from)) throw new Error(`no ${from}`);
  return config.replace(from, to);
};

const DOMAIN = `  domain: { name: ${MCP_DOMAIN}, zoneId: Z0123456789EXAMPLE }\n`;
const SECOND =
  "  other:\n    image: europe-docker.pkg.dev/acme/shop/other:1.0.0\n    mcp: { path: /other, scopes: [tools/use] }\n";
const DESK =
  '  desk: { issuer: customers, grant: authorization_code, callbackUrls: ["http://localhost:1/c"], logoutUrls: ["http://localhost:1"], scopes: [tools/use] }\n';
const ROUTES = (...lines: string[]) => changed("    mcp:", `    routes: { ${lines.join(", ")} }\n    mcp:`);

test("a server with callers who can get a token for it is valid", () => {
  expect(faults(mcpConfig())).toEqual([]);
});

testAll<[string, string, readonly string[]]>([
  ["behind an HTTP API", changed("kind: rest", "kind: http"), ["services.tools.mcp"]],
  ["without a domain", changed(DOMAIN, ""), ["services.tools.mcp"]],
  ["in addition to another one", changed("clients:\n", `${SECOND}clients:\n`), ["services.tools.mcp"]],
  ["with a route that mcp declares", ROUTES("POST /mcp: public"), ['services.tools.routes["POST /mcp"]']],
  [
    "with a route at a published path",
    ROUTES("GET /.well-known/oauth-protected-resource: public"),
    ['services.tools.routes["GET /.well-known/oauth-protected-resource"]'],
  ],
  ["with a variable in its path", changed("path: /mcp", 'path: "/{id}"'), ["services.tools.mcp.path"]],
  ["at the root", changed("path: /mcp", "path: /"), ["services.tools.mcp.path"]],
  [
    "at a well-known path",
    changed("path: /mcp", "path: /.well-known/oauth-protected-resource/x"),
    ["services.tools.mcp.path"],
  ],
  ["whose external issuer writes no audience for it", changed(`, "${MCP_URL}"`, ""), ["issuers.workforce.audiences"]],
  [
    "for a program of the user pool",
    changed(
      'grant: authorization_code\n    callbackUrls: ["http://localhost:33418/callback"]\n    logoutUrls: ["http://localhost:33418"]',
      "grant: client_credentials",
    ),
    ["clients.desk.scopes"],
  ],
  ["for a tool's scope that no server checks", changed(", toolScopes: [tools/refund]", ""), ["clients.desk.scopes[1]"]],
])("a server %s is refused", (_, config, expected) => {
  expect(new Set(places(config))).toEqual(new Set(expected));
});

const entra = (from: string, to: string) => {
  if (!ENTRA_MCP.includes(from)) throw new Error(`no ${from}`);
  return ENTRA_MCP.replace(from, to);
};
const FIREBASE = entra("clientClaim: azp", "clientClaim: aud")
  .replace(/issuer: https:.*/, "issuer: https://securetoken.google.com/acme-shop")
  .replace(/audiences: .*/, "audiences: [acme-shop]")
  .replace("scopeClaim: scp", "scopeClaim: level")
  .replace(/, audiences: .* }/, " }");

testAll<[string, string, readonly string[]]>([
  ["an application of its own", ENTRA_MCP, []],
  ["no application of its own", entra(`, audiences: [${SERVER_ID}]`, ""), ["services.tools.mcp.audiences"]],
  ["one that the issuer does not list", entra(`, ${SERVER_ID}]`, "]"), ["services.tools.mcp.audiences[0]"]],
  [
    "one that the issuer does not list, beside one that it does",
    entra(`audiences: [${SERVER_ID}]`, `audiences: [${SERVER_ID}, other]`),
    ["services.tools.mcp.audiences[1]"],
  ],
  ["a provider whose tokens are for a whole project", FIREBASE, ["issuers.workforce"]],
  [
    "scopes that the clients of another issuer name otherwise",
    entra("clients:\n", `clients:\n${DESK}`),
    ["services.tools.mcp.scopes"],
  ],
  [
    "a scope that no header can have",
    entra("      Assistant.Use:", `      "Assistant'Use":`),
    ["issuers.workforce.scopeValues"],
  ],
])("a server of Entra ID with %s", (_, config, expected) => {
  expect(places(config).sort()).toEqual([...expected].sort());
});

test("an AWS principal cannot have a server's scope, because it has no access token", () => {
  const config = changed("issuers:\n", 'issuers:\n  roles: { kind: aws-iam, accounts: ["111122223333"] }\n');
  const role =
    '  batch-role:\n    issuer: roles\n    subject: "arn:aws:iam::111122223333:role/batch"\n    scopes: [tools/use]\n';
  expect(places(`${config}${role}`)).toEqual(["clients.batch-role.scopes"]);
});
