import { ARCHIVE, ROTATION_ARCHIVE } from "./stack-faults";

/** Paths in an artefact, for one environment: what Terraform runs, and what people review. */
export const PATHS = {
  stack: (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`,
  /** Only where functions decide, and the policy with it. */
  archive: (environment: string) => `cdktf.out/stacks/${environment}/${ARCHIVE}`,
  /** Only where a client's secret is rotated. */
  rotation: (environment: string) => `cdktf.out/stacks/${environment}/${ROTATION_ARCHIVE}`,
  review: (environment: string) => `synthesized/${environment}/main.tf.json`,
  policy: (environment: string) => `synthesized/${environment}/authorizer-policy.json`,
  ledger: (environment: string) => `synthesized/${environment}/access.md`,
} as const;
