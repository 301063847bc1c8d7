import { projectError, usageError } from "../process/command-error";
import type { Shell } from "../process/shell";

/** A little longer than the tool's own waiters, which poll 300 times, one second apart. */
const WAIT_SECONDS = 330;

/**
 * The tool `aws` with the person's own credentials. Its output is never printed, because it contains environment
 * variables.
 */
export class AwsCli {
  constructor(
    private readonly shell: Shell,
    private readonly region: string,
  ) {}

  /** Runs one call and parses its output. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of AWS, read attribute by attribute
  call(...args: readonly string[]): any {
    return this.run(args);
  }

  /** The same for a call that waits, for some minutes at most. */
  wait(...args: readonly string[]): void {
    this.run(args, WAIT_SECONDS);
  }

  private run(args: readonly string[], seconds?: number) {
    const { code, out, error } = this.shell("aws", [...args, "--region", this.region, "--output", "json"], seconds);
    if (code !== 0) {
      const [service, action] = args;
      throw projectError(
        `aws ${service} ${action} failed: ${error.trim().split("\n").at(-1)}`,
        "this needs the AWS CLI, signed in to the environment's account with permission for this action",
      );
    }
    return out.trim() === "" ? {} : JSON.parse(out);
  }

  /** A function of that name in another account belongs to another owner. */
  requireAccount(account: string): void {
    const { Account } = this.call("sts", "get-caller-identity");
    if (Account === account) return;
    throw usageError(
      `aws is signed in to the account ${Account}, and the environment is in ${account}: nothing was changed`,
      "sign in to that account, as with AWS_PROFILE=<profile>",
    );
  }
}
