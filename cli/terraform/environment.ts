import { type CommandError, usageError } from "../process/command-error";

/** Options that change how Terraform works, but not what it does or where. */
const HARMLESS = /^-(lock-timeout=\w+|parallelism=\d+|no-color|compact-warnings)$/;
/** Harmless in a plan only: an identity with read access takes no lock. */
const HARMLESS_IN_A_PLAN = /^-lock=false$/;

/**
 * The environment variables for Terraform. Other variables may add arguments to each command (`-target`,
 * `-refresh=false`, `-backend-config`) or choose another state. A person would then see or apply an unexpected change.
 */
export function terraformVariables(
  variables: NodeJS.ProcessEnv,
  added: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  for (const [name, value = ""] of Object.entries(variables)) {
    if (!/^TF_CLI_ARGS(_|$)/.test(name)) continue;
    const strange = value
      .split(/\s+/)
      .filter((option) => option !== "" && !HARMLESS.test(option))
      .find((option) => name !== "TF_CLI_ARGS_plan" || !HARMLESS_IN_A_PLAN.test(option));
    if (strange !== undefined) throw refused(`${name} has ${strange}, which changes what Terraform does`, name);
  }
  const { TF_WORKSPACE: workspace = "default" } = variables;
  if (workspace !== "default")
    throw refused(`TF_WORKSPACE is ${workspace}: an environment has one state`, "TF_WORKSPACE");
  // Set explicitly, to override a workspace that was selected in the folder.
  return { ...variables, ...added, TF_WORKSPACE: "default" };
}

function refused(what: string, name: string): CommandError {
  return usageError(what, `unset ${name}, and start again`);
}
