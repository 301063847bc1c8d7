import type { Client } from "./client-intent";
import type { GatewayIntent, Throttle } from "./gateway-intent";
import type { Place } from "./problem";

/**
 * What one environment means, once its YAML has been merged, checked and named. Frozen; every list is sorted by id, so
 * that nothing downstream depends on the order in which people wrote their keys.
 */
export interface Intent {
  /** Name of the overlay file without `.yaml`: `dev`. */
  readonly environment: string;
  /** `<name>-<environment>`, the start of every resource's name: `storefront-dev`. */
  readonly prefix: string;
  readonly aws: AwsIntent;
  readonly google: GoogleIntent;
  readonly state: StateIntent;
  /** How Cloud Run comes to trust a call: by the gateway's Google identity, or by verifying the caller's token itself. */
  readonly handshake: "federated" | "shared-issuer";
  /** The container that verifies tokens; undefined where no service has one. */
  readonly envoy?: EnvoyIntent;
  readonly federation: FederationIntent;
  /** Deletion protection of user pools, secrets and Cloud Run services. */
  readonly protect: boolean;
  /** How long a deleted AWS secret can be brought back: 0 (gone at once) or 7-30 days. */
  readonly recoveryDays: number;
  readonly issuers: readonly Issuer[];
  readonly gateway: GatewayIntent;
  readonly services: readonly Service[];
  readonly clients: readonly Client[];
  readonly logs: { readonly retentionDays: number };
  /** ARNs of the SNS topics that alarms notify, sorted; unset: alarms show in CloudWatch alone. */
  readonly alarms?: { readonly actions: readonly string[] };
  /** Who may read the logs and nothing else. */
  readonly auditors?: AuditorsIntent;
  /** Tags in AWS, labels in Google: those of the config plus `application` and `environment`. */
  readonly tags: Readonly<Record<string, string>>;
  /** Findings of the policy rules that this environment lives with. */
  readonly allowances: readonly Allowance[];
  /** Changes that need no approval at review, because they were approved beforehand. */
  readonly expectedChanges: readonly ExpectedChange[];
  /** Things that exist already and are taken over instead of created. */
  readonly imports: readonly Import[];
}

/** A change that has an owner and a reason before it is made. */
export interface ExpectedChange {
  /** As a review words it. */
  readonly change: string;
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it counts, in UTC: `2026-12-31`. */
  readonly expires: string;
  /** Where it is written, for who must remove it. */
  readonly place: Place;
}

/** Something in a cloud that a declaration is to take over. */
export interface Import {
  /** Terraform address of the declaration. */
  readonly address: string;
  /** As the provider's documentation says under "Import". */
  readonly id: string;
  /** Where it is written. */
  readonly place: Place;
}

/** A finding of a rule of `stacks/policy/` that does not stop the synthesis, because its owner accepts it. */
export interface Allowance {
  readonly rule: string;
  /** Terraform address of the declaration at fault. */
  readonly address: string;
  readonly reason: string;
  readonly owner: string;
  /** Where it is written, for the person who must fix or remove it. */
  readonly place: Place;
}

export interface AwsIntent {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** ARNs of the roles that run Terraform. They and a client's readers are the only ones that may read its secret. */
  readonly deployers: readonly string[];
  /** Whether this environment sets the account's role for API Gateway's logs. */
  readonly ownsAccount: boolean;
}

export interface GoogleIntent {
  readonly project: string;
  /** Digits, where some secret is rotated: Google's service agents are named after it. */
  readonly projectNumber?: string;
  readonly region: string;
  /** Whether this environment switches on the project's APIs and audit logs. */
  readonly ownsProject: boolean;
}

export type StateIntent =
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string; readonly key: string }
  | { readonly kind: "local"; readonly path: string };

export interface FederationIntent {
  /** Workload identity pool: `storefront-dev`, or `storefront-dev-2` from generation 2 on. */
  readonly poolId: string;
  /** Its one provider: `aws-gateway`. */
  readonly providerId: string;
}

/** Each list sorted; one of them may be empty. */
export interface AuditorsIntent {
  /** Exact ARNs, of any account. */
  readonly awsRoles: readonly string[];
  /** Addresses in small letters. */
  readonly googleGroups: readonly string[];
}

export interface EnvoyIntent {
  /** Image with its digest. */
  readonly image: string;
}

export type Issuer = CognitoIssuer | OidcIssuer;

export interface CognitoIssuer {
  readonly kind: "cognito";
  readonly id: string;
  /** Name of the user pool: `storefront-dev-customers`. */
  readonly name: string;
  readonly signUp: "closed" | "open";
  readonly domainPrefix: string;
}

export type OidcIssuer = SubjectsIssuer | TokenIssuer;

interface OidcIssuerBase {
  readonly kind: "oidc";
  readonly id: string;
  /** Exact value of `iss`, an https URL. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Where it publishes its keys, for Envoy, which does no discovery. */
  readonly jwksUri?: string;
}

/** Callers get the scopes that config gives their exact subject, whatever the token says. */
export interface SubjectsIssuer extends OidcIssuerBase {
  readonly grants: "subjects";
}

/** Callers get the scopes in their token, as far as they are listed here and come from a listed client. */
export interface TokenIssuer extends OidcIssuerBase {
  readonly grants: "token";
  readonly scopes: readonly string[];
  readonly scopeClaim: string;
  readonly clientClaim: string;
  readonly clients: readonly string[];
}

export interface Service {
  /** What its names and its scopes are made of: `orders`. Its key when it was deployed, if it has another now. */
  readonly id: string;
  /** Key in the config, of which its Terraform addresses are made. */
  readonly key: string;
  /** `<prefix>-<id>`: the Cloud Run service, the Google service account that invokes it and the AWS role that becomes it. */
  readonly name: string;
  /** `<name>-rt`: the service account the containers run as. */
  readonly runtimeName: string;
  /** Custom audience: `https://<name>.<project>.internal`. */
  readonly audience: string;
  readonly image: string;
  readonly port: number;
  readonly healthPath?: string;
  readonly timeoutSeconds: number;
  /** Whether Envoy stands before its app and verifies the caller's token: always under `shared-issuer`. */
  readonly verifiesCallerToken: boolean;
  /** Whether the gateway hands the caller's own token on: an HTTP API always does. */
  readonly forwardsAuthorization: boolean;
  /** `cpu` in cores as Cloud Run writes it (`1`, `0.5`), `memory` with its unit (`512Mi`). */
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** `min` and `max` instances; `concurrency` requests per instance. */
  readonly scaling: { readonly min: number; readonly max: number; readonly concurrency: number };
  readonly environment: readonly EnvironmentVariable[];
  readonly secrets: readonly SecretVariable[];
  readonly routes: readonly Route[];
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

export interface SecretVariable {
  /** Environment variable the secret is mounted as. */
  readonly variable: string;
  /** Key in the config: `orders-database-url`. */
  readonly id: string;
  /** Secret Manager id: `<prefix>-<id>`. */
  readonly secretId: string;
  /** Pinned version, or the newest when an instance starts; undefined: the secret is created and not mounted yet. */
  readonly version?: number | "latest";
  /** Sorted regions of its values, or Google's choice; undefined: the services' own region. */
  readonly replicas?: readonly string[] | "automatic";
  /** Sorted principals who may add versions, and read none: `group:platform@example.com`. Unset: no principal. */
  readonly versionAdders?: readonly string[];
  /** After how many days Google reminds of a new version, 1-365; undefined: never. */
  readonly rotateEveryDays?: number;
}

export interface Route {
  /** API Gateway route key: `GET /orders/{id}`. Never `ANY`: that has become one route a method. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** Terraform name, stable and readable: `orders_get_orders_by_id`. */
  readonly address: string;
  /** Terraform name it had before a rename. */
  readonly previousAddress?: string;
  /** Whether the path holds `{id}` or `{proxy+}`: then the authorizer sees, and the cache is keyed by, each path. */
  readonly hasVariable: boolean;
  readonly access: Access;
  /** Id of the one issuer whose callers may call it; only under `shared-issuer`, and not of a public route. */
  readonly issuer?: string;
  readonly throttle?: Throttle;
  /** Whether the answer is handed on while it is being written. */
  readonly stream: boolean;
  /** Longest time of the answer, in seconds: the service's, or a stream's own. */
  readonly timeoutSeconds: number;
}

export type Access = { readonly kind: "public" } | { readonly kind: "scopes"; readonly scopes: readonly string[] };
