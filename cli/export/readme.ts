export interface Exported {
  readonly environment: string;
  /** Whether the folder has checksums of the providers. */
  readonly isLocked: boolean;
}

/** The README.md of an exported folder. It depends on nothing else, so that two exports have the same bytes. */
export function exportReadme({ environment, isLocked }: Exported): string {
  return `# Front door of ${environment}, for Terraform alone

\`front-door export ${environment}\` wrote this folder. Do not edit it: change \`config/\` of the project, and export again.

\`\`\`sh
terraform init ${isLocked ? "-lockfile=readonly " : ""}-input=false
terraform validate
terraform plan -input=false -out=plan
terraform apply -input=false plan
\`\`\`

It needs Terraform 1.11 or newer, and credentials of both clouds. The state is where \`main.tf.json\` says.
${isLocked ? "`.terraform.lock.hcl` has the checksums of the providers." : "Nothing here has checksums of the providers: `terraform init` takes what the registry has for their exact versions."}

Terraform alone checks less than \`front-door deploy\`: no review of access before the plan, no approval of exactly these changes, no
alarms before a share of calls rises, no check that principals, images and revisions exist, no expectations.
`;
}
