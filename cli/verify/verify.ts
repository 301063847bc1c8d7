import { POLICY_FILE } from "../../contract/policy-file";
import { callersOfIntent } from "../../intent/model/declared-callers";
import { isDecidedByFunctions } from "../../packages/terraform-access-review/model/state";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { compared } from "../plan/planner";
import { CommandError, usageError } from "../process/command-error";
import { stackFolder } from "../process/project";
import { signals } from "../process/signals";
import { synthesizedText } from "../process/synthesized";
import { readIntents, select } from "../synthesis/intents";
import { findTerraform } from "../terraform/binary";
import { deploymentOf } from "./deployed/deployment";
import { httpsClient } from "./deployed/https-client";
import { systemClock } from "./deployed/outside";
import { probeRoutes } from "./deployed/routes";
import { expectedCallers, takeTokens } from "./deployed/tokens";
import { cloudTools } from "./inventory/cloud-tools";
import { cloudLogs } from "./logs/log-reader";
import { terraformOutputs } from "./outputs";
import { PROBES, REST_PROBES, SHARED_ISSUER_PROBES } from "./probes/probes";
import { runProbes, runSmoke } from "./run";
import { Sender } from "./sender";

/** Options of the command. Its help describes each of them. */
export interface VerifyOptions {
  readonly smoke?: boolean;
  readonly route: readonly string[];
  readonly logs?: boolean;
  readonly plan?: boolean;
  readonly inventory?: boolean;
}

/** `npm run verify:live -- env`: asks a deployed environment the questions that only it can answer. */
export async function verify(environment: string, options: VerifyOptions): Promise<void> {
  await signals.during(environment, STANDING, async () => {
    const { run, probes } = await beforeAsking(() => prepare(environment, options));
    await signals.unlessStopped(() => (options.smoke ? runSmoke(run) : runProbes(run, probes)));
  });
}

const STANDING = {
  left: "there is no verdict, and nothing was changed",
  atOnce: "nothing was changed",
} as const;

/** Everything up to the first request: config, stack, outputs, tokens and tools. */
async function prepare(environment: string, options: VerifyOptions) {
  const tokens = takeTokens(process.env);
  const [intent] = select(readIntents(), [environment]);
  if (intent === undefined) throw new Error(`no intent of ${environment}`);
  const stack = JSON.parse(synthesizedText(environment, "main.tf.json"));
  const byFunctions = isDecidedByFunctions(stack);
  const deployment = deploymentOf({
    environment,
    // If Envoy decides by the same policy, there is no policy file. The stack has the policy in Envoy's own form.
    policy: byFunctions ? JSON.parse(synthesizedText(environment, POLICY_FILE)) : authorizerPolicy(intent),
    stack,
    outputs: await terraformOutputs(findTerraform(), stackFolder(environment), environment),
  });
  const door = {
    deployment,
    routes: probeRoutes(deployment.policy, options.route),
    callers: expectedCallers(tokens, deployment),
    expectations: { stated: intent.expectations, callers: callersOfIntent(intent) },
    logs: options.logs ? cloudLogs(deployment.logs, systemClock) : undefined,
    ...(options.plan && { differences: () => differences(environment) }),
    ...(options.inventory && {
      inventory: { stack, issuers: deployment.issuers, tools: cloudTools(deployment.logs) },
    }),
  };
  const sender = new Sender({ deployment, tokens, client: httpsClient(), clock: systemClock });
  const run = { door, sender, clock: systemClock, print: (line: string) => console.log(line) };
  const probes = deployment.kind === "rest" ? REST_PROBES : byFunctions ? PROBES : SHARED_ISSUER_PROBES;
  return { run, probes };
}

async function differences(environment: string): Promise<readonly string[]> {
  const { resources, drift } = (await compared(environment)).model;
  return [...new Set([...resources, ...drift].map(({ address }) => address))];
}

/**
 * A problem that prevents the probes is not a finding, and pipelines need to know which of the two occurred. Exit code 1
 * means a finding in the environment itself. 64 means a stack that was never initialised or deployed, a config with
 * problems, or a missing tool.
 */
export async function beforeAsking<T>(prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof CommandError) throw usageError(error.message);
    throw error;
  }
}
