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

/** Commands whose last line after a signal tells how to go on. `local` closes the door; the others end at once. */
export const SAY_HOW_TO_GO_ON = ["deploy", "drift", "init", "lock", "plan", "verify"] as const;

/** Every exit code and its meaning, for `--help` and the reference. */
export const EXIT_CODES: readonly { readonly codes: readonly number[]; readonly meaning: string }[] = [
  { codes: [0], meaning: "Success." },
  {
    codes: [EXIT.failed],
    meaning:
      "The input or the project is wrong: a config error, a stale file, a refused plan, a failed check, a refuted probe.",
  },
  {
    codes: [EXIT.demanded],
    meaning: "Success, and the result needs an approval: a condition of --fail-on holds, or drift found drift.",
  },
  {
    codes: [EXIT.usage],
    meaning:
      "The command line or the machine is wrong: an unknown environment, no Terraform, an old Node, a full disk.",
  },
  {
    codes: [EXIT.hungUp, EXIT.interrupted, EXIT.terminated],
    meaning: `SIGHUP, SIGINT (Ctrl-C) or SIGTERM stopped the command. The last line of ${SAY_HOW_TO_GO_ON.join(", ")} says what was done and how to go on.`,
  },
];

/** A problem that a person must fix before the command can run. Printed as it is, without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: (typeof EXIT)[keyof typeof EXIT],
  ) {
    super(message);
    this.name = "CommandError";
  }
}

/**
 * The input or the state of the project is wrong.
 *
 * @param remedy the advice, printed on a separate line below the problem
 */
export function projectError(problem: string, remedy?: string): CommandError {
  return new CommandError(lines(problem, remedy), EXIT.failed);
}

/** The command line or the machine is wrong. */
export function usageError(problem: string, remedy?: string): CommandError {
  return new CommandError(lines(problem, remedy), EXIT.usage);
}

/** @throws CommandError if there are faults, with each fault on its own line above `end` */
export function assertNone(faults: readonly string[], end: string): void {
  if (faults.length > 0) throw projectError([...faults, end].join("\n"));
}

function lines(problem: string, remedy: string | undefined): string {
  return remedy === undefined ? problem : `${problem}\n    ${remedy}`;
}
