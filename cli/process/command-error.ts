/** Exit codes of every command; 2 as of `terraform plan -detailed-exitcode`, 64 as of sysexits.h. */
export const EXIT = {
  /** The input or the state of the project is wrong: a config error, a stale file, a refused plan. */
  failed: 1,
  /** The call or the machine is wrong: an unknown environment, a missing tool. */
  usage: 64,
  /** Everything went well, and what was found is what `--fail-on` asks an approval for. */
  demanded: 2,
  /** A signal stopped the command: 128 and the number of SIGHUP, SIGINT or SIGTERM, as shells have it. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** What a person must read before anything else can happen: printed as it is, without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: (typeof EXIT)[keyof typeof EXIT],
  ) {
    super(message);
    this.name = "CommandError";
  }
}
