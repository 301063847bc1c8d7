import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Intent, StateIntent } from "../intent/model/intent";

interface ProvidersIntent extends Pick<Intent, "google" | "tags"> {
  readonly aws: Pick<Intent["aws"], "account" | "region">;
}

/**
 * Declares both providers, each locked to the configured account or project, so that credentials for another one cannot
 * be used.
 */
export function declareProviders(stack: TerraformStack, intent: ProvidersIntent): void {
  new AwsProvider(stack, "aws", {
    region: intent.aws.region,
    allowedAccountIds: [intent.aws.account],
    // Twice the default. API Gateway accepts one UpdateUsagePlan in 20 seconds, and Terraform makes ten calls at once.
    maxRetries: 50,
    defaultTags: [{ tags: { ...intent.tags } }],
  });
  const google = new GoogleProvider(stack, "google", { project: intent.google.project, region: intent.google.region });
  // Set by an override: cdktf converts keys in a provider's map arguments to snake case, so `cost-centre` would become
  // `cost_centre`.
  google.addOverride("default_labels", { ...intent.tags });
}

/** Declares where the state is stored. Always explicit, because cdktf's default is an absolute path on this machine. */
export function declareBackend(stack: TerraformStack, state: StateIntent): void {
  if (state.kind === "local") {
    // Terraform runs in cdktf.out/stacks/<environment>; the config's path is relative to the project.
    new LocalBackend(stack, { path: `../../../${state.path}` });
    return;
  }
  new S3Backend(stack, { bucket: state.bucket, key: state.key, region: state.region, encrypt: true });
  // cdktf's S3Backend is older than the native lock file (Terraform 1.10).
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}

/** A provider's version as `required_providers` pins it, by the provider's name in the stack. */
export type ProviderVersions = Readonly<Record<string, { readonly version: string }>>;

/** Requires these versions in place of those of the providers' classes. */
export function requireVersions(stack: TerraformStack, providers: ProviderVersions): void {
  for (const [name, { version }] of Object.entries(providers))
    stack.addOverride(`terraform.required_providers.${name}.version`, version);
}
