import { roleArn, serviceAccountEmail } from "../../intent/model/names";
import { usageError } from "../process/command-error";
import { readConfig } from "../synthesis/intents";

/** `pipeline identity dev plan`: the settings with which a job assumes an identity, as `key=value` lines. No secrets. */
export function identity(environment: string, role: string): void {
  if (role !== "plan" && role !== "deploy") {
    throw usageError(`got the role ${JSON.stringify(role)}, expected plan or deploy`);
  }
  const { bootstraps } = readConfig();
  const found = bootstraps.find((each) => each.environment === environment);
  if (found === undefined) {
    const known = bootstraps.map((each) => each.environment).join(", ") || "none";
    throw usageError(`config/bootstrap.yaml has no environment ${JSON.stringify(environment)}`, `known: ${known}`);
  }
  const { aws, google } = found;
  const { name } = found[role];
  const pool = `projects/${google.projectNumber}/locations/global/workloadIdentityPools/${google.poolId}`;
  for (const [key, value] of Object.entries({
    aws_role: roleArn(aws.account, name),
    aws_region: aws.region,
    google_project: google.project,
    google_provider: `${pool}/providers/${google.providerId}`,
    google_account: serviceAccountEmail(name, google.project),
  })) {
    console.log(`${key}=${value}`);
  }
}
