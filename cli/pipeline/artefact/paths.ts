import { ARCHIVE, ROTATION_ARCHIVE } from "./stack-faults";

/** Paths in an artefact, for one environment: files that Terraform runs, and files that people review. */
export const PATHS = {
  stack: (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`,
  /** Only if functions decide, as does the policy. */
  archive: (environment: string) => `cdktf.out/stacks/${environment}/${ARCHIVE}`,
  /** Only if a client's secret is rotated. */
  rotation: (environment: string) => `cdktf.out/stacks/${environment}/${ROTATION_ARCHIVE}`,
  review: (environment: string) => `synthesized/${environment}/main.tf.json`,
  policy: (environment: string) => `synthesized/${environment}/authorizer-policy.json`,
  ledger: (environment: string) => `synthesized/${environment}/access.md`,
} as const;
