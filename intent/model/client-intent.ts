/** Who calls, as `intent.ts` says of a whole environment. */
export type Client = UserClient | MachineClient | ExternalClient;

interface ClientBase {
  /** Key in the config: `web`. */
  readonly id: string;
  /** Id of its issuer in the config. */
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** Acts by itself: reads alone, unless it may write. */
  readonly kind?: "agent";
  /** Whether an agent's scopes may open other methods than GET and HEAD. */
  readonly allowWrites?: boolean;
  readonly allowWritesReason?: string;
  /** Shut out: declared still, and nothing counts for it. */
  readonly disabled: boolean;
}

/** People, through a browser or an app: authorization code with PKCE, no secret. */
export interface UserClient extends ClientBase {
  readonly grant: "authorization_code";
  /** Key in the config, of which its Terraform addresses are made; `id` is that of the day it was deployed. */
  readonly key: string;
  readonly name: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
}

/** A program with a secret: client credentials. */
export interface MachineClient extends ClientBase {
  readonly grant: "client_credentials";
  /** Key in the config, of which its Terraform addresses are made; `id` is that of the day it was deployed. */
  readonly key: string;
  readonly name: string;
  /** Secrets Manager name: `<prefix>/clients/<id>`. */
  readonly secretName: string;
  /** ARNs of the only roles that may read its secret. */
  readonly readers: readonly string[];
  /** After how many days its secret is replaced, 1-365; unset: never. */
  readonly rotateEveryDays?: number;
}

/** A caller that an external issuer vouches for, by its exact subject or by exact claims: one of the two. */
export interface ExternalClient extends ClientBase {
  readonly grant: "external";
  readonly subject?: string;
  /** Sorted by name. */
  readonly claims?: Readonly<Record<string, string>>;
}
