/** A caller in the intent; `intent.ts` describes the whole environment. */
export type Client = UserClient | MachineClient | ExternalClient;

interface ClientBase {
  /** Key in the config: `web`. */
  readonly id: string;
  /** Id of its issuer in the config. */
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** An agent acts without a person. It is read-only unless `allowWrites` is set. */
  readonly kind?: "agent";
  /** Whether an agent's scopes may allow methods other than GET and HEAD. */
  readonly allowWrites: boolean;
  readonly allowWritesReason?: string;
  /** Whether access is disabled: the client is still declared, but has no scopes. */
  readonly disabled: boolean;
}

/** People, through a browser or an app: authorization code with PKCE, no secret. */
export interface UserClient extends ClientBase {
  readonly grant: "authorization_code";
  /** Key in the config, from which the Terraform addresses are derived. `id` is the key at the first deploy. */
  readonly key: string;
  readonly name: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  /** Id of the primary's app client, for a twin. Unset: this stack creates the client. */
  readonly appClientId?: string;
}

/** A program with a secret, which uses the client credentials grant. */
export interface MachineClient extends ClientBase {
  readonly grant: "client_credentials";
  /** Key in the config, from which the Terraform addresses are derived. `id` is the key at the first deploy. */
  readonly key: string;
  readonly name: string;
  /** Secrets Manager name: `<prefix>/clients/<id>`. */
  readonly secretName: string;
  /** ARNs of the roles that may read its secret; no other role may. */
  readonly readers: readonly string[];
  /** Days between two rotations of its secret, 1-365; unset: never. */
  readonly rotateEveryDays?: number;
  /** Id of the primary's app client, for a twin, which has no secret of it. Unset: this stack creates the client. */
  readonly appClientId?: string;
}

/** A caller of an external issuer, identified by one of its exact subject, its exact claims, and its client id there. */
export interface ExternalClient extends ClientBase {
  readonly grant: "external";
  readonly subject?: string;
  /** IAM's unique id of the role or user that `subject` names: `AROA…` or `AIDA…`. */
  readonly uniqueId?: string;
  /** Id of the client at an issuer whose tokens grant scopes. */
  readonly clientId?: string;
  /** Claims with its scopes, in place of those of the issuer. */
  readonly scopeClaim?: string | readonly string[];
  /** Sorted by name. */
  readonly claims?: Readonly<Record<string, string>>;
}
