import { AwsV4Signer } from "aws4fetch";
import { AwsSts } from "../../../packages/local-front-door/aws/sts";
import { IamCredentials } from "../../../packages/local-front-door/google/iam-credentials";
import { GoogleKeys } from "../../../packages/local-front-door/google/keys";
import { CloudRun } from "../../../packages/local-front-door/google/run";
import { GoogleSts } from "../../../packages/local-front-door/google/sts";
import type { LocalAnswer, LocalRequest } from "../../../packages/local-front-door/net/local-http";
import type { Stack } from "../../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../../packages/local-front-door/trace/trace";
import { keepRsaKeys } from "../rsa-keys";
import { type Change, stackOf } from "./document";

keepRsaKeys();

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

type Headers = readonly (readonly [string, string])[];

/** The parts of a signed `GetCallerIdentity` that a test can change. */
export interface IdentityParts {
  readonly resource?: string;
  readonly datetime?: string;
  /** Headers that are added after signing. */
  readonly unsigned?: Headers;
}

/** One key pair for all chains of a test file. */
let sharedKeys: Promise<GoogleKeys> | undefined;

/** All stand-ins of one stack in this process, and a client that can make any single mistake. */
export class Chain {
  readonly trace = new LocalTrace();
  /** Milliseconds that the stand-ins are ahead of the client. */
  ahead = 0;
  readonly aws: AwsSts;
  readonly sts: GoogleSts;
  readonly iam: IamCredentials;
  readonly run: CloudRun;

  private constructor(
    readonly stack: Stack,
    readonly keys: GoogleKeys,
  ) {
    const now = () => Date.now() + this.ahead;
    this.aws = new AwsSts(stack, this.trace, now);
    this.sts = new GoogleSts(stack, this.aws, this.trace, now);
    this.iam = new IamCredentials(stack, this.sts, keys, this.trace, now);
    this.run = new CloudRun(stack, keys, this.trace, undefined, now);
  }

  static async of(...changes: readonly Change[]): Promise<Chain> {
    sharedKeys ??= GoogleKeys.create();
    return new Chain(stackOf(...changes), await sharedKeys);
  }

  /** Credentials of a function's execution role: `callers` or `public`. */
  lambda(name: "callers" | "public"): Credentials {
    return this.aws.functionCredentials(this.roleArn(name), `storefront-dev-${name}`);
  }

  roleArn(name: string): string {
    return `arn:aws:iam::111122223333:role/storefront-dev-${name}`;
  }

  get provider(): string {
    const [provider] = this.stack.all("google_iam_workload_identity_pool_provider");
    return `//iam.googleapis.com/${provider && this.stack.text(provider, "name")}`;
  }

  email(service: string): string {
    return `storefront-dev-${service}@storefront-dev.iam.gserviceaccount.com`;
  }

  audience(service: string): string {
    return `https://storefront-dev-${service}.storefront-dev.internal`;
  }

  /** Assumes the role of a service, and returns the unparsed answer. */
  async assumeAnswer(own: Credentials, service: string, parameters: Record<string, string> = {}): Promise<LocalAnswer> {
    const body = new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: this.roleArn(service),
      RoleSessionName: `test.${service}`,
      DurationSeconds: "3600",
      ...parameters,
    }).toString();
    const signer = new AwsV4Signer({
      ...own,
      url: `https://${this.aws.host}/`,
      body,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      allHeaders: true,
    });
    const { url, headers } = await signer.sign();
    return this.aws.handle(localRequest("POST", url, [["host", url.host], ...headers], body));
  }

  async assume(own: Credentials, service: string): Promise<Credentials> {
    const { status, body } = await this.assumeAnswer(own, service);
    if (status !== 200) throw new Error(body);
    const element = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(body)?.[1] ?? "";
    return {
      accessKeyId: element("AccessKeyId"),
      secretAccessKey: element("SecretAccessKey"),
      sessionToken: element("SessionToken"),
    };
  }

  /** A signed `GetCallerIdentity` as Google wants it. */
  async signed(credentials: Credentials, parts: IdentityParts = {}) {
    const { resource = this.provider, datetime } = parts;
    const method = "POST";
    const signer = new AwsV4Signer({
      ...credentials,
      method,
      url: `https://${this.aws.host}/?Action=GetCallerIdentity&Version=2011-06-15`,
      headers: resource === "" ? {} : { "x-goog-cloud-target-resource": resource },
      ...(datetime !== undefined && { datetime }),
    });
    const { url, headers } = await signer.sign();
    const all: Headers = [["host", url.host], ...headers, ...(parts.unsigned ?? [])];
    return { url: url.href, method, headers: all.map(([key, value]) => ({ key, value })) };
  }

  /** Calls the exchange at Google's STS; fields replace the valid ones, undefined removes one. */
  exchangeAnswer(subject: unknown, fields: Record<string, unknown> = {}, target = "/v1/token"): Promise<LocalAnswer> {
    const body = JSON.stringify({
      audience: this.provider,
      grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
      requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
      scope: "https://www.googleapis.com/auth/iam",
      subjectTokenType: "urn:ietf:params:aws:token-type:aws4_request",
      subjectToken: encodeURIComponent(JSON.stringify(subject)),
      ...fields,
    });
    return this.sts.handle(localRequest("POST", new URL(target, "https://sts.googleapis.com"), [], body));
  }

  async exchange(credentials: Credentials): Promise<string> {
    const { status, body } = await this.exchangeAnswer(await this.signed(credentials));
    if (status !== 200) throw new Error(body);
    return JSON.parse(body).access_token;
  }

  idTokenAnswer(
    accessToken: string | undefined,
    service: string,
    fields: Record<string, unknown> = {},
    method = "generateIdToken",
  ): Promise<LocalAnswer> {
    const url = `https://${this.iam.host}/v1/projects/-/serviceAccounts/${this.email(service)}:${method}`;
    const headers: Headers = accessToken === undefined ? [] : [["authorization", `Bearer ${accessToken}`]];
    const body = JSON.stringify({ audience: this.audience(service), includeEmail: true, ...fields });
    return this.iam.handle(localRequest("POST", new URL(url), headers, body));
  }

  async idToken(accessToken: string, service: string, fields: Record<string, unknown> = {}): Promise<string> {
    const { status, body } = await this.idTokenAnswer(accessToken, service, fields);
    if (status !== 200) throw new Error(body);
    return JSON.parse(body).token;
  }

  /** The whole chain, from a function's role to a Google ID token for a service. */
  async tokenFor(service: string, lambda: "callers" | "public" = "callers"): Promise<string> {
    return this.idToken(await this.exchange(await this.assume(this.lambda(lambda), service)), service);
  }

  /** A call to a Cloud Run service, `Bearer` values given in full. */
  call(service: string, headers: Headers): Promise<LocalAnswer> {
    const host = this.run.hosts.find((name) => name.startsWith(`storefront-dev-${service}-`)) ?? "";
    return this.run.handle(localRequest("GET", new URL(`https://${host}/x?y=z`), headers, ""));
  }
}

function localRequest(method: string, url: URL, headers: Headers, body: string): LocalRequest {
  return { method, host: url.host, target: `${url.pathname}${url.search}`, headers, body };
}
