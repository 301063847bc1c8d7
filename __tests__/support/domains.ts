import type { Intent } from "../../intent/model/intent";
import { authorities } from "./authorities";
import { variantOf } from "./variant";

type Patch = { readonly [key: string]: unknown };

export const DOMAIN = { name: "api.dev.shop.example.com", zoneId: "Z0123456789EXAMPLE" };
export const MUTUAL_TLS = { truststore: authorities("root", "level-1") };
/** Every firewall rule in config, some counting and some blocking. */
export const WAF = {
  ipReputation: { mode: "block" },
  rateLimit: { requests: 1000, mode: "block" },
  networks: { deny: ["198.51.100.0/24", "2001:db8::/32"], trust: ["203.0.113.0/24"] },
  countries: { only: ["AT", "CH", "DE"] },
  body: { maxBytes: 32_768 },
  contentTypes: { only: ["image/svg+xml", "application/json"] },
};
export const NETWORKS = ["2001:db8::/32", "203.0.113.0/24"];

/** Dev with a patch on its gateway, as an HTTP API. */
export function httpWith(gateway: Patch): Intent {
  return variantOf("dev", { gateway });
}

/** Dev with a patch on its gateway, as a REST API that owns its account. */
export function restWith(gateway: Patch): Intent {
  return variantOf("dev", { aws: { ownsAccount: true }, gateway: { kind: "rest", ...gateway } });
}
