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

/** Lines of `gateway` for pages of one origin, and one network. */
export const MCP_CORS = '  cors: { origins: ["https://console.shop.example.com"] }\n';
export const MCP_NETWORKS = '  allowedNetworks: ["203.0.113.0/24"]\n';
