/** Exit codes of every command. 2 follows `terraform plan -detailed-exitcode`, 64 follows sysexits.h. */
export const EXIT = {
  /** The input or the state of the project is wrong: a config error, a stale file, a refused plan. */
  failed: 1,
  /** The command line or the machine is wrong: an unknown environment, a missing tool. */
  usage: 64,
  /** The command succeeded, and found a change for which `--fail-on` requires an approval. */
  demanded: 2,
  /** A signal stopped the command: 128 plus the number of SIGHUP, SIGINT or SIGTERM, as in shells. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** A problem that a person must fix before anything else can happen. Printed as it is, without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: (typeof EXIT)[keyof typeof EXIT],
  ) {
    super(message);
    this.name = "CommandError";
  }
}
