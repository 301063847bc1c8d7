import type { Intent } from "../../intent/model/intent";
import { dev } from "./config-folder";

export const MCP_DOMAIN = "api.shop.example.com";
export const MCP_URL = `https://${MCP_DOMAIN}/mcp`;

/** An MCP server in the small shop, for people of the user pool and of the workforce. */
export const mcpConfig = (gateway = "") => `aws: { ownsAccount: true }
gateway:
  kind: rest
  domain: { name: ${MCP_DOMAIN}, zoneId: Z0123456789EXAMPLE }
${gateway}issuers:
  workforce: { audiences: [shop, "${MCP_URL}"] }
services:
  tools:
    image: europe-docker.pkg.dev/acme/shop/tools:1.0.0
    mcp: { path: /mcp, scopes: [tools/use], toolScopes: [tools/refund] }
clients:
  desk:
    issuer: customers
    grant: authorization_code
    callbackUrls: ["http://localhost:33418/callback"]
    logoutUrls: ["http://localhost:33418"]
    scopes: [tools/use, tools/refund]
  assistant:
    issuer: workforce
    clientId: 0oaAssistant
    scopes: [tools/use]
`;

/**
 * Dev of the small shop with an MCP server.
 *
 * @param gateway further lines of `gateway`, indented
 */
export function mcpDev(gateway = ""): Intent {
  return dev(mcpConfig(gateway));
}

export const ENTRA = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0";
export const [API_ID, SERVER_ID] = ["6e74172b-be56-4843-9ff4-e66a39bb12e3", "0d1a6d3c-8a35-4c5e-9f0b-2a7c1b7f7a11"];

/** The server for people and programs of Entra ID, who have scopes in other claims, by other names. */
export const ENTRA_MCP = `aws: { ownsAccount: true }
gateway:
  kind: rest
  domain: { name: ${MCP_DOMAIN}, zoneId: Z0123456789EXAMPLE }
issuers:
  workforce:
    issuer: ${ENTRA}
    audiences: [${API_ID}, ${SERVER_ID}]
    scopeClaim: scp
    scopeValues:
      Orders.Read: [orders/read]
      Orders.Read.All: [orders/read]
      Assistant.Use: [tools/use]
    clientClaim: azp
services:
  tools:
    image: europe-docker.pkg.dev/acme/shop/tools:1.0.0
    mcp: { path: /mcp, scopes: [tools/use], audiences: [${SERVER_ID}] }
clients:
  assistant: { issuer: workforce, clientId: 75dbe77f-10a3-4e59-85fd-8c127544f17c, scopes: [tools/use] }
  job:
    issuer: workforce
    clientId: 690222be-ff1a-4d56-abd1-7e4f7d38e474
    scopeClaim: roles
    scopes: [orders/read]
`;

/** Lines of `gateway` for pages of one origin, and one network. */
export const MCP_CORS = '  cors: { origins: ["https://console.shop.example.com"] }\n';
export const MCP_NETWORKS = '  allowedNetworks: ["203.0.113.0/24"]\n';
