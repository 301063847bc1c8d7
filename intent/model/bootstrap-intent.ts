import type { Allowance, Intent, StateIntent } from "./intent";

/**
 * What one environment needs before any pipeline can plan or deploy it: a place for its state, and the identities that
 * the repository's workflows become. One person applies it, once.
 */
export interface BootstrapIntent {
  readonly environment: string;
  /** `bootstrap-dev`. */
  readonly stack: string;
  /** Position in `config/bootstrap.yaml`, from 0: the order in which the pipeline deploys. */
  readonly position: number;
  /** Whether pull requests plan it. */
  readonly pullRequests: boolean;
  /** The environment's prefix: `storefront-dev`. */
  readonly prefix: string;
  readonly aws: {
    readonly account: string;
    readonly region: string;
    /** Name of the environment's API, and its Route 53 zone where it names one. */
    readonly domain?: { readonly name: string; readonly zoneId?: string };
    /** Bucket of the authorities whose clients may connect, where callers bring certificates. */
    readonly truststore?: string;
    /** Whether a client's secret is rotated: then functions, rules and alarms of it are deployed. */
    readonly rotatesSecrets: boolean;
    /** Whether this stack declares the account's one identity provider for GitHub. */
    readonly ownsIdentityProvider: boolean;
  };
  readonly google: Intent["google"] & {
    /** Workload identity pool: `storefront-dev-github`, or `storefront-dev-github-2` from generation 2 on. */
    readonly poolId: string;
    /** Its one provider: `github-actions`. */
    readonly providerId: string;
    /** Whether Envoy may get its configuration through Secret Manager, for its length. */
    readonly mountsConfigurations: boolean;
    /** The project's number. It names the pool's provider before anything is applied. */
    readonly projectNumber: string;
  };
  /** Where the environment keeps its state: what the bucket is made for. */
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
  /** Looks, with the state's secrets in sight, and changes nothing. */
  readonly plan: PipelineIdentity;
  /** Changes what the environment's stack declares. */
  readonly deploy: PipelineIdentity;
  /** People who may become the deploy identity without any pipeline, by cloud: role ARNs, and `user:` or `group:`. */
  readonly operators: { readonly aws: readonly string[]; readonly google: readonly string[] };
  readonly tags: Intent["tags"];
  readonly allowances: readonly Allowance[];
}

export interface RepositoryIntent {
  /** `acme/storefront`. */
  readonly name: string;
  /** GitHub's number of the owner; survives a rename, and no other owner ever gets it. */
  readonly ownerId: string;
  /** GitHub's number of the repository, likewise. */
  readonly id: string;
}

export interface PipelineIdentity {
  /** Name of the role in AWS and of the service account in Google. */
  readonly name: string;
  /** Exact subjects of GitHub's tokens, sorted: `repo:acme/storefront:environment:prod`. */
  readonly subjects: readonly string[];
}
