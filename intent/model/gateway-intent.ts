/** What an environment means by `gateway`, as `intent.ts` says of all of it. */
export interface GatewayIntent {
  readonly kind: "http" | "rest";
  /** The other kind, as long as callers move from one to the other. */
  readonly alsoServe?: "http" | "rest";
  /** How long API Gateway replays an authorizer's answer, 0-300 seconds. */
  readonly authorizerCacheSeconds: number;
  /** Unset: the account's own quota is the only limit. */
  readonly throttle?: Throttle;
  readonly cors?: Cors;
  readonly authorizer: AuthorizerFunctionIntent;
  /** REST API only: whether AWS X-Ray traces requests. */
  readonly tracing: boolean;
  /** REST API only: the quota and throttle of each caller. Empty: usage is not counted. */
  readonly plans: readonly UsagePlan[];
  readonly domain?: DomainIntent;
  readonly mutualTls?: MutualTlsIntent;
  /** REST API only: sorted networks in CIDR notation, both versions. Unset: every network. */
  readonly allowedNetworks?: readonly string[];
  readonly waf?: WafIntent;
}

export interface DomainIntent {
  readonly name: string;
  /** Route 53 zone in which every record is made; unset: the DNS is somewhere else. */
  readonly zoneId?: string;
  /**
   * How far the domain's setup is. `certificate`: requested. `open`: callers may use the name and the API's own address.
   * `live`: that address is switched off. Always `live` with a zone.
   */
  readonly step: "certificate" | "open" | "live";
}

export interface MutualTlsIntent {
  /** Certificates in PEM. */
  readonly truststore: string;
  /** The first to expire first. */
  readonly certificates: readonly { readonly subject: string; readonly expires: string }[];
  readonly bucket: string;
  /** Whether the bucket is protected from deletion. */
  readonly protect: boolean;
}

/** `count` says what it would refuse, `block` refuses it. */
export type FilterMode = "count" | "block";

/** Networks in CIDR notation, sorted. */
export interface NetworksByVersion {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

export interface WafIntent {
  /** AWS's own rules. */
  readonly managed: Readonly<Record<"common" | "knownBadInputs" | "ipReputation", "none" | FilterMode>>;
  /** Requests from one address within 60, 120, 300 or 600 seconds. */
  readonly rateLimit?: { readonly requests: number; readonly windowSeconds: number; readonly mode: FilterMode };
  readonly denied?: { readonly networks: NetworksByVersion; readonly mode: FilterMode };
  /** Passed on without another look. */
  readonly trusted?: { readonly networks: NetworksByVersion };
  /** Sorted ISO 3166 codes: the only countries that are allowed, or those that are denied. */
  readonly countries?: { readonly list: readonly string[]; readonly areOnly: boolean; readonly mode: FilterMode };
  readonly body?: { readonly maxBytes: number; readonly mode: FilterMode };
  /** Sorted media types: the only ones that a body may be of. */
  readonly contentTypes?: { readonly only: readonly string[]; readonly mode: FilterMode };
}

/** A quota and a throttle for each of its members alone. */
export interface UsagePlan {
  /** The client's id in the config, `default` or `anonymous`. */
  readonly id: string;
  /** `storefront-prod-reporting-agent`. */
  readonly name: string;
  readonly quota?: { readonly requests: number; readonly per: "day" | "week" | "month" };
  readonly throttle?: Throttle;
  readonly members: readonly UsagePlanMember[];
}

export interface UsagePlanMember {
  /** `<issuer>/<client>` as the authorizer names callers, or `anonymous`. */
  readonly caller: string;
  /** Terraform name: `reporting-agent`, `workforce-0oa1example`, `anonymous`. */
  readonly address: string;
  /** Value of the API key that its usage counts to: a SHA-256, which opens nothing. */
  readonly key: string;
}

export interface AuthorizerFunctionIntent {
  readonly memoryMb: number;
  /** Concurrency reserved for each function; unset: drawn from the account's pool. */
  readonly reservedConcurrency?: { readonly callers?: number; readonly public?: number };
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface Cors {
  readonly origins: readonly string[];
  /** Request headers a browser may send. */
  readonly headers: readonly string[];
  readonly maxAgeSeconds: number;
}

/**
 * A pattern for AWS WAF that the `Content-Type` header of these media types fits, in small letters, whatever parameters
 * follow: `application/json; charset=utf-8`.
 */
export function contentTypePattern(types: readonly string[]): string {
  const literal = types.map((type) => type.replace(/[.+]/g, "\\$&"));
  // AWS WAF knows no groups that capture.
  return `^(?:${literal.join("|")})[ \\t]*(?:;|$)`;
}
