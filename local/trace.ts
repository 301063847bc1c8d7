/** One stand-in's decision about one request. */
export interface Hop {
  readonly at: "cognito" | "gateway" | "authorizer" | "aws-sts" | "google-sts" | "iam-credentials" | "cloud-run";
  readonly allowed: boolean;
  readonly reason: string;
  /** Address of the declaration that decided, `aws_iam_role.orders.assume_role_policy`. */
  readonly declaration?: string;
}

/** A front door that is open for days must not fill the memory: older hops are forgotten. */
const KEPT_HOPS = 2000;

/** What happened, in order: shown to a person, asserted on by tests. Holds no token, and the last 2,000 hops alone. */
export class LocalTrace {
  readonly hops: Hop[] = [];

  allow(at: Hop["at"], reason: string, declaration?: string): void {
    this.keep({ at, allowed: true, reason, declaration });
  }

  refuse(at: Hop["at"], reason: string, declaration?: string): void {
    this.keep({ at, allowed: false, reason, declaration });
  }

  /** The last refusal, which is usually what a caller wonders about. */
  get refusal(): Hop | undefined {
    return this.hops.findLast(({ allowed }) => !allowed);
  }

  clear(): void {
    this.hops.length = 0;
  }

  private keep(hop: Hop): void {
    if (this.hops.length === KEPT_HOPS) this.hops.shift();
    this.hops.push(hop);
  }
}
