/** One stand-in's decision about one request. */
export interface Hop {
  readonly at: "gateway" | "authorizer" | "aws-sts" | "google-sts" | "iam-credentials" | "cloud-run";
  readonly allowed: boolean;
  readonly reason: string;
  /** Address of the declaration that decided, `aws_iam_role.orders.assume_role_policy`. */
  readonly declaration?: string;
}

/** What happened, in order: shown to a person, asserted on by tests. Holds no token. */
export class LocalTrace {
  readonly hops: Hop[] = [];

  allow(at: Hop["at"], reason: string, declaration?: string): void {
    this.hops.push({ at, allowed: true, reason, declaration });
  }

  refuse(at: Hop["at"], reason: string, declaration?: string): void {
    this.hops.push({ at, allowed: false, reason, declaration });
  }

  /** The last refusal, which is usually what a caller wonders about. */
  get refusal(): Hop | undefined {
    return this.hops.findLast(({ allowed }) => !allowed);
  }

  clear(): void {
    this.hops.length = 0;
  }
}
