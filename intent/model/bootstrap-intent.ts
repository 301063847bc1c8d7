import type { ImageRepository } from "./image-repository";
import type { Allowance, Intent, StateIntent } from "./intent";
import type { Place } from "./problem";
import type { RepositoryIntent } from "./subjects";

/**
 * What one environment needs before any pipeline can plan or deploy it: a bucket for its state, and the identities that
 * the repository's workflows assume. A person applies it once.
 */
export interface BootstrapIntent {
  readonly environment: string;
  /** `bootstrap-dev`. */
  readonly stack: string;
  /** Where `config/bootstrap.yaml` names the environment. */
  readonly place: Place;
  /** Position in `config/bootstrap.yaml`, from 0: the order in which the pipeline deploys. */
  readonly position: number;
  /** Whether pull requests plan it. */
  readonly pullRequests: boolean;
  /** The environment's prefix: `storefront-dev`. */
  readonly prefix: string;
  readonly aws: {
    readonly account: string;
    readonly region: string;
    /** ARN of the permissions boundary of the environment's roles. Unset: none. */
    readonly boundaryArn?: string;
    /** Domain name of the environment's API, and its Route 53 zone if config names one. */
    readonly domain?: { readonly name: string; readonly zoneId?: string };
    /** Name of the trust store's bucket, if the API uses mutual TLS. */
    readonly truststore?: string;
    /** Whether any client's secret is rotated. Rotation deploys functions, rules and alarms. */
    readonly rotatesSecrets: boolean;
    /** Whether Lambda keeps instances of the authorizer functions started. Takes aliases and published versions. */
    readonly keepsInstances: boolean;
    /** Whether the gateway has alarms, whether services have objectives, and whether there is a dashboard. */
    readonly watch: { readonly alarms: boolean; readonly slos: boolean; readonly dashboard: boolean };
    /** Whether this stack declares the account's identity provider for GitHub; an account has only one. */
    readonly ownsIdentityProvider: boolean;
  };
  readonly google: Intent["google"] & {
    /** Workload identity pool: `storefront-dev-github`, or `storefront-dev-github-2` from generation 2 on. */
    readonly poolId: string;
    /** Part of the ids of pool and roles from 2 on. */
    readonly generation: number;
    /** The pool's only provider: `github-actions`. */
    readonly providerId: string;
    /** Whether an Envoy configuration may be too long for an argument, so that Secret Manager delivers it. */
    readonly mountsConfigurations: boolean;
    /** Repositories of the environment's images. Cloud Run refuses an image that its deployer may not read. */
    readonly images: {
      /** Those of the environment's own project, where this stack lets the deploy identity read. */
      readonly own: readonly ImageRepository[];
      /** Those of other projects, where their owners let it read. */
      readonly foreign: readonly ImageRepository[];
    };
    /** Identities of services' own pipelines, each with the repositories of this project whose images it releases. */
    readonly releases: readonly { readonly member: string; readonly images: readonly ImageRepository[] }[];
    /** The project's number. With it, the name of the pool's provider is known before an apply. */
    readonly projectNumber: string;
  };
  /** The bucket of the environment's state. */
  readonly bucket: {
    readonly name: string;
    readonly region: string;
    readonly key: string;
    /** Sorted ARNs of the only roles that may read it: the two identities, and the environment's deployers. */
    readonly readers: readonly string[];
  };
  /** Where this stack keeps its own state. */
  readonly state: StateIntent;
  readonly repository: RepositoryIntent;
  /** Plans only: it can read the state, including its secrets, and changes nothing. */
  readonly plan: PipelineIdentity;
  /** Applies changes to what the environment's stack declares. */
  readonly deploy: PipelineIdentity;
  /** People who may assume the deploy identity without the pipeline, by cloud: role ARNs, and `user:` or `group:`. */
  readonly operators: { readonly aws: readonly string[]; readonly google: readonly string[] };
  /** What the identities may do in addition, by resource type. Sorted. */
  readonly permissions: readonly OwnPermissions[];
  readonly tags: Intent["tags"];
  readonly allowances: readonly Allowance[];
}

/** Actions on AWS resources, or permissions on the Google project, for one resource type of `main.ts`. */
export interface OwnPermissions {
  readonly type: string;
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** What roles of `main.ts` may do at most, in addition to what the front door's own may. */
  readonly roles: readonly string[];
  /** ARNs. Empty for a Google type. */
  readonly on: readonly string[];
}

export interface PipelineIdentity {
  /** Name of the AWS role and of the Google service account. */
  readonly name: string;
  /** Exact subjects of GitHub's tokens, sorted: `repo:acme/storefront:environment:prod`. */
  readonly subjects: readonly string[];
}
