import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { TerraformStack } from "cdktf";
import type { Intent } from "../intent/model/intent";

interface ProvidersIntent extends Pick<Intent, "google" | "tags"> {
  readonly aws: Pick<Intent["aws"], "account" | "region">;
}

/** Both providers, each locked to the configured account or project, so that no shell's credentials aim elsewhere. */
export function declareProviders(stack: TerraformStack, intent: ProvidersIntent): void {
  new AwsProvider(stack, "aws", {
    region: intent.aws.region,
    allowedAccountIds: [intent.aws.account],
    defaultTags: [{ tags: { ...intent.tags } }],
  });
  const google = new GoogleProvider(stack, "google", { project: intent.google.project, region: intent.google.region });
  // Not as an argument: cdktf turns the keys of a provider's maps into snake case, and `cost-centre` into `cost_centre`.
  google.addOverride("default_labels", { ...intent.tags });
}
