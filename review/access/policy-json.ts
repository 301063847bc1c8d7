/** `authorizer-policy.json` as the ledger reads it: the file that the functions' zip carries. */
export interface PolicyJson {
  readonly cacheSeconds: number;
  /** Of an HTTP API: from where callers may come. */
  readonly allowedNetworks?: readonly string[];
  readonly issuers: readonly PolicyIssuerJson[];
  readonly services: Readonly<
    Record<string, { readonly role: string; readonly serviceAccount: string; readonly audience: string }>
  >;
  /** Of a REST API whose callers have plans: the key by which each caller's usage is counted. */
  readonly usageKeys?: Readonly<Record<string, string>>;
  readonly routes: Readonly<
    Record<string, { readonly service: string; readonly access: "public" | { readonly scopes: readonly string[] } }>
  >;
}

/** Where no function stands, as under the shared-issuer handshake: one that admits nobody. */
export const NO_POLICY: PolicyJson = { cacheSeconds: 0, issuers: [], services: {}, routes: {} };

export type PolicyIssuerJson =
  | {
      readonly id: string;
      readonly kind: "cognito";
      readonly issuerFrom: string;
      readonly clients: readonly {
        readonly id: string;
        readonly clientIdFrom: string;
        readonly scopes: readonly string[];
        readonly kind?: "agent";
      }[];
    }
  | {
      readonly id: string;
      readonly kind: "oidc";
      readonly grants: "subjects";
      readonly issuer: string;
      readonly audiences: readonly string[];
      readonly subjects: readonly {
        readonly subject: string;
        readonly scopes: readonly string[];
        readonly kind?: "agent";
      }[];
      readonly claimants?: readonly {
        readonly id: string;
        readonly claims: Readonly<Record<string, string>>;
        readonly scopes: readonly string[];
        readonly kind?: "agent";
      }[];
    }
  | {
      readonly id: string;
      readonly kind: "oidc";
      readonly grants: "token";
      readonly issuer: string;
      readonly audiences: readonly string[];
      readonly scopes: readonly string[];
      readonly scopeClaim: string;
      readonly clientClaim: string;
      readonly clients: readonly string[];
    };
