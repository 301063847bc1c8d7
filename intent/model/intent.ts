import type { ScopedAccess } from "../../contract/route-access";
import type { AlarmsIntent } from "./alarm-table";
import type { Client } from "./client-intent";
import type { Expectation } from "./expectation";
import type { GatewayIntent, Throttle } from "./gateway-intent";
import type { Issuer } from "./issuer-intent";
import type { Place } from "./problem";
import type { SloIntent } from "./slo";

export type * from "./issuer-intent";

/**
 * One environment after its YAML has been merged, checked and named. It is frozen. Every list is sorted by id, so
 * nothing downstream depends on the order of keys in the config.
 */
export interface Intent {
  /** Name of the overlay file without `.yaml`: `dev`. */
  readonly environment: string;
  /** Environment of which this one is the copy in another pair of regions. */
  readonly twinOf?: string;
  /** `<name>-<environment>`, the prefix of every resource name: `storefront-dev`. */
  readonly prefix: string;
  readonly aws: AwsIntent;
  readonly google: GoogleIntent;
  readonly state: StateIntent;
  /**
   * How Cloud Run authenticates a call: by the gateway's Google identity, or by verifying the caller's token itself.
   */
  readonly handshake: "federated" | "shared-issuer";
  /** The container that verifies tokens; undefined if no service has one. */
  readonly envoy?: EnvoyIntent;
  readonly federation: FederationIntent;
  /** Custom role with which pipelines of services release images, which the bootstrap declares: `storefront_dev_release`. */
  readonly releaseRoleId: string;
  /** Deletion protection of user pools, secrets and Cloud Run services. */
  readonly protect: boolean;
  /** How long a deleted AWS secret can be restored: 0 (deleted immediately) or 7-30 days. */
  readonly recoveryDays: number;
  readonly issuers: readonly Issuer[];
  readonly gateway: GatewayIntent;
  readonly services: readonly Service[];
  readonly clients: readonly Client[];
  readonly logs: { readonly retentionDays: number };
  /** Alarms on the gateway and its authorizer; unset: only rotated secrets have some. */
  readonly alarms?: AlarmsIntent;
  /** Whether each cloud has a dashboard. */
  readonly dashboards: boolean;
  /** Who may read the logs and nothing else. */
  readonly auditors?: AuditorsIntent;
  /** Tags in AWS, labels in Google: those of the config plus `application` and `environment`. */
  readonly tags: Readonly<Record<string, string>>;
  /** Policy rule findings that this environment accepts. */
  readonly allowances: readonly Allowance[];
  /** Statements about who may and who may not, which the stack must keep. */
  readonly expectations: readonly Expectation[];
  /** Changes that need no approval in a review because they were approved in advance. */
  readonly expectedChanges: readonly ExpectedChange[];
  /** Existing resources to import instead of creating them. */
  readonly imports: readonly Import[];
}

/** A change that was approved in advance, with an owner and a reason. */
export interface ExpectedChange {
  /** The key of the change, by which a review names it. */
  readonly change: string;
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it applies, in UTC: `2026-12-31`. */
  readonly expires: string;
  /** Where it is written, for the person who must remove it. */
  readonly place: Place;
}

/** An existing cloud resource that a declaration imports. */
export interface Import {
  /** Terraform address of the declaration. */
  readonly address: string;
  /** Import id, as the provider's documentation gives it under "Import". */
  readonly id: string;
  readonly place: Place;
}

/** A finding of a `stacks/policy/` rule that does not stop the synthesis because its owner accepts it. */
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
  /** ARNs of the roles that run Terraform. Only they and a client's readers may read the client's secret. */
  readonly deployers: readonly string[];
  /** ARN of the permissions boundary of each role. Unset: the bootstrap declares none. */
  readonly boundaryArn?: string;
  /** Whether this environment sets the account's role for API Gateway's logs. */
  readonly ownsAccount: boolean;
}

export interface GoogleIntent {
  readonly project: string;
  /** Digits. Set if any secret is rotated, because Google's service agents are named after it. */
  readonly projectNumber?: string;
  readonly region: string;
  /** Whether this environment enables the project's APIs and audit logs. */
  readonly ownsProject: boolean;
}

export type StateIntent =
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string; readonly key: string }
  | { readonly kind: "local"; readonly path: string };

export interface FederationIntent {
  /** Workload identity pool: `storefront-dev`, or `storefront-dev-2` from generation 2 on. */
  readonly poolId: string;
  /** The pool's only provider: `aws-gateway`. */
  readonly providerId: string;
}

/** Each list is sorted. One of them may be empty. */
export interface AuditorsIntent {
  /** Exact ARNs, from any account. */
  readonly awsRoles: readonly string[];
  /** E-mail addresses in lower case. */
  readonly googleGroups: readonly string[];
}

export interface EnvoyIntent {
  /** Image reference with its digest. */
  readonly image: string;
}

export interface Service {
  /**
   * Id from which its names and scopes are derived: `orders`. After a rename it remains the key at the first deploy.
   */
  readonly id: string;
  /** Key in the config, from which its Terraform addresses are derived. */
  readonly key: string;
  /**
   * `<prefix>-<id>`: the Cloud Run service, the Google service account that invokes it, and the AWS role that
   * impersonates that account.
   */
  readonly name: string;
  /** `<name>-rt`: the service account the containers run as. */
  readonly runtimeName: string;
  /** Audience of the tokens for it. A custom audience by default: `https://<name>.<project>.internal`. */
  readonly audience: string;
  /** Set if the Cloud Run service is not of this environment. No value for its containers has a meaning then. */
  readonly existing?: ExistingService;
  /** Empty for an existing service, whose image nothing here knows. */
  readonly image: string;
  /** Unset: Cloud Run names the revisions, and the newest one gets all calls. */
  readonly rollout?: Rollout;
  readonly port: number;
  readonly healthPath?: string;
  readonly timeoutSeconds: number;
  /** Whether Envoy runs in front of the app and verifies the caller's token. Always true under `shared-issuer`. */
  readonly verifiesCallerToken: boolean;
  /** Whether the gateway forwards the caller's own token. An HTTP API always does. */
  readonly forwardsAuthorization: boolean;
  /** `cpu` in cores as Cloud Run writes it (`1`, `0.5`), `memory` with its unit (`512Mi`). */
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** `min` and `max` instances; `concurrency` requests per instance. */
  readonly scaling: { readonly min: number; readonly max: number; readonly concurrency: number };
  readonly environment: readonly EnvironmentVariable[];
  readonly secrets: readonly SecretVariable[];
  readonly slo?: SloIntent;
  /** Set if its own pipeline releases images. `image` is then that of the first deploy. */
  readonly release?: Release;
  readonly routes: readonly Route[];
  /** Scopes that the service itself checks, and no route requires. Sorted. Unset: none. */
  readonly toolScopes?: readonly string[];
}

/** A Cloud Run service that exists, and that no plan of this environment changes. */
export interface ExistingService {
  /** Name of the Cloud Run service. */
  readonly name: string;
  readonly region: string;
  readonly project: string;
}

/** A service whose image its own pipeline releases. */
export interface Release {
  /** Sorted identities that may: `serviceAccount:…`, `principal://…`. Empty: granted elsewhere. */
  readonly principals: readonly string[];
  /** Who divides the calls between revisions. */
  readonly traffic: "terraform" | "pipeline";
}

export interface Rollout {
  /** Share of calls that go to the service's image, 0-100. All others go to `from`. */
  readonly percent: number;
  /** The previous image. Set if `percent` is below 100. */
  readonly from?: string;
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
  /** Pinned version, or the latest when an instance starts; undefined: the secret is created but not mounted yet. */
  readonly version?: number | "latest";
  /** Sorted regions of its replicas, or `automatic` for Google's choice; undefined: the services' own region. */
  readonly replicas?: readonly string[] | "automatic";
  /** Sorted principals that may add versions but read none: `group:platform@example.com`. Unset: no principal. */
  readonly versionAdders?: readonly string[];
  /** Days until Google sends a reminder to rotate, 1-365; undefined: never. */
  readonly rotateEveryDays?: number;
}

export interface Route {
  /** API Gateway route key: `GET /orders/{id}`. Never `ANY`, which is expanded to one route per method. */
  readonly key: string;
  /** Key in the config: `ANY /orders/{id}`. */
  readonly written: string;
  readonly method: string;
  readonly path: string;
  /** Terraform name, stable and readable: `orders_get_orders_by_id`. */
  readonly address: string;
  /** Terraform name before a rename. */
  readonly previousAddress?: string;
  /** Whether the path contains `{id}` or `{proxy+}`. If so, the path is part of the authorizer's cache key. */
  readonly hasVariable: boolean;
  readonly access: Access;
  /** Id of the only issuer whose callers may call it. Set only under `shared-issuer`, and never for a public route. */
  readonly issuer?: string;
  readonly throttle?: Throttle;
  /** Set if the route is a server's of the Model Context Protocol. */
  readonly mcp?: McpRoute;
  readonly stream: boolean;
  /** Response timeout in seconds: the service's, or the stream's own. */
  readonly timeoutSeconds: number;
}

/** What a route of a server of the Model Context Protocol requires in addition to its scopes. */
export interface McpRoute {
  /** URL of the server, which a token must name among its audiences: `https://api.shop.example.com/mcp`. */
  readonly audience: string;
  /** What a token may name instead, sorted. Unset: nothing. */
  readonly otherAudiences?: readonly string[];
  /** Sorted origins whose pages may call: those of CORS. */
  readonly origins: readonly string[];
}

/** Scopes are sorted, and none that another one makes superfluous is left: `a` covers `{ allOf: [a, b] }`. */
export type Access = { readonly kind: "public" } | ({ readonly kind: "scopes" } & ScopedAccess);
