/** The gateway in the intent; `intent.ts` describes the whole environment. */
export interface GatewayIntent {
  readonly kind: "http" | "rest";
  /** How long API Gateway caches an authorizer's result, 0-300 seconds. */
  readonly authorizerCacheSeconds: number;
  /** Unset: only the account's quota limits requests. */
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
  /** REST API only: what the gateway itself publishes for clients of the environment's MCP server. Unset: there is none. */
  readonly mcp?: McpDiscovery;
}

/** How a client of the Model Context Protocol learns where to get a token. */
export interface McpDiscovery {
  /** Key in the config of the service that is the server. */
  readonly service: string;
  /** Value of `WWW-Authenticate` in every refusal of the API. */
  readonly challenge: string;
  /** Public documents, by path. */
  readonly documents: readonly GatewayDocument[];
}

/** A JSON document that the gateway answers itself, to anyone. */
export interface GatewayDocument {
  readonly path: string;
  readonly content: Readonly<Record<string, string | readonly string[]>>;
}

export interface DomainIntent {
  readonly name: string;
  /** Route 53 zone in which every record is created; unset: the DNS is hosted elsewhere. */
  readonly zoneId?: string;
  /**
   * Progress of the domain's setup. `certificate`: requested. `open`: callers may use the domain and the API's own
   * address. `live`: the API's own address is disabled. Always `live` with a zone.
   */
  readonly step: "certificate" | "open" | "live";
  /** How the zone chooses between a front door and its twin; unset: no other environment has the name. */
  readonly routing?: {
    readonly policy: "primary" | "secondary" | "latency";
    /** Distinguishes the records of the two: the environment's name. */
    readonly identifier: string;
    readonly region: string;
    /** The certificates of both have the same validation record. The primary's stack has it. */
    readonly hasValidation: boolean;
  };
}

export interface MutualTlsIntent {
  /** Certificates in PEM. */
  readonly truststore: string;
  /** Sorted by expiry, the earliest first. */
  readonly certificates: readonly { readonly subject: string; readonly expires: string }[];
  readonly bucket: string;
  /** Whether the bucket is protected from deletion. */
  readonly protect: boolean;
}

/** `count` only counts the requests it would refuse; `block` refuses them. */
export type FilterMode = "count" | "block";

/** Networks in CIDR notation, sorted. */
export interface NetworksByVersion {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

export interface WafIntent {
  /** AWS managed rule groups. */
  readonly managed: Readonly<Record<"common" | "knownBadInputs" | "ipReputation", "none" | FilterMode>>;
  /** Limit on requests from one IP address within 60, 120, 300 or 600 seconds. */
  readonly rateLimit?: { readonly requests: number; readonly windowSeconds: number; readonly mode: FilterMode };
  readonly denied?: { readonly networks: NetworksByVersion; readonly mode: FilterMode };
  /** Networks whose requests skip all other rules. */
  readonly trusted?: { readonly networks: NetworksByVersion };
  /** Sorted ISO 3166 codes: the only allowed countries (`areOnly`), or the denied ones. */
  readonly countries?: { readonly list: readonly string[]; readonly areOnly: boolean; readonly mode: FilterMode };
  readonly body?: { readonly maxBytes: number; readonly mode: FilterMode };
  /** Sorted media types: the only ones allowed for a request body. */
  readonly contentTypes?: { readonly only: readonly string[]; readonly mode: FilterMode };
}

/** A quota and a throttle that apply to each member separately. */
export interface UsagePlan {
  /** The client's id in the config, `default` or `anonymous`. */
  readonly id: string;
  /** `storefront-prod-reporting-agent`. */
  readonly name: string;
  /** Key in the config of the client whose quota and throttle these are; undefined: those of `gateway.defaultPlan`. */
  readonly client?: string;
  readonly quota?: { readonly requests: number; readonly per: "day" | "week" | "month" };
  readonly throttle?: Throttle;
  readonly members: readonly UsagePlanMember[];
}

export interface UsagePlanMember {
  /** `<issuer>/<client>`, the authorizer's name for the caller, or `anonymous`. */
  readonly caller: string;
  /** Terraform name: `reporting-agent`, `workforce-0oa1example`, `anonymous`. */
  readonly address: string;
  /** Value of the API key that counts its usage: a SHA-256 that grants no access. */
  readonly key: string;
  /** The client, or the issuer that lists the caller, by its key in the config; undefined for `anonymous`. */
  readonly owner?: { readonly kind: "clients" | "issuers"; readonly id: string };
}

export interface AuthorizerFunctionIntent {
  readonly memoryMb: number;
  /** Concurrency reserved for each function; unset: drawn from the account's pool. */
  readonly reservedConcurrency?: { readonly callers?: number; readonly public?: number };
  /** Instances of each function with routes that Lambda keeps started; unset: none. */
  readonly provisionedConcurrency?: number;
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
  /** Whether each service writes `access-control-allow-origin`. An HTTP API writes it itself. */
  readonly servicesAnswer: boolean;
}

/**
 * An AWS WAF pattern that matches the lower-case `Content-Type` header of these media types, with any parameters:
 * `application/json; charset=utf-8`.
 */
export function contentTypePattern(types: readonly string[]): string {
  const literal = types.map((type) => type.replace(/[.+]/g, "\\$&"));
  // AWS WAF does not support capturing groups.
  return `^(?:${literal.join("|")})[ \\t]*(?:;|$)`;
}
