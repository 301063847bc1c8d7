/** A signed call, as `aws4fetch` takes it. */
interface Call {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/**
 * Stands in for `aws4fetch` where a secret and an app client in memory check no signature. Signing takes three quarters
 * of the time of a rotation in memory.
 */
export class AwsV4Signer {
  constructor(private readonly call: Call) {}

  async sign() {
    return { url: new URL(this.call.url), headers: new Headers(this.call.headers) };
  }
}
