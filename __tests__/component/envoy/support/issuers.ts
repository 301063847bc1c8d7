import type { HttpsCall, HttpsResponse } from "../../../../functions/authorizer/request/https-call";
import { json, type LocalAnswer, type LocalHost } from "../../../../packages/local-front-door/net/local-http";
import { LocalTls } from "../../../../packages/local-front-door/net/tls";
import type { SocketAddress } from "../../../../packages/local-front-door/services/sidecars";
import { TestIssuer } from "../../../support/authorizer/issuer";
import { AWS_URL, COGNITO_URL, OKTA_URL } from "../../../support/authorizer/policy";

/** An https host of an issuer as Envoy sees it, whose response a test can replace. */
export class IssuerHost {
  /** How many times its keys were fetched. */
  fetches = 0;
  /** Replacement for its response, until the next test. */
  answer: () => LocalAnswer | Promise<LocalAnswer>;

  constructor(
    readonly issuer: TestIssuer,
    private published: readonly unknown[] = [issuer.jwk],
  ) {
    this.answer = () => json(200, { keys: this.published });
  }

  get host(): string {
    return new URL(this.issuer.url).host;
  }

  publish(...keys: readonly unknown[]): void {
    this.published = keys;
    this.answer = () => json(200, { keys: this.published });
  }

  readonly handle: LocalHost = async ({ target }) => {
    if (target.endsWith("/.well-known/openid-configuration")) {
      return json(200, { issuer: this.issuer.url, jwks_uri: `${this.issuer.url}/v1/keys` });
    }
    this.fetches += 1;
    return this.answer();
  };
}

/** The three issuers of the shop behind one https server with its own authority. */
export class Issuers {
  private constructor(
    readonly customers: IssuerHost,
    readonly workforce: IssuerHost,
    readonly aws: IssuerHost,
    private readonly tls: LocalTls,
  ) {}

  static async start(): Promise<Issuers> {
    const hosts = await Promise.all([
      TestIssuer.create(COGNITO_URL, "customers-1"),
      TestIssuer.create(OKTA_URL, "workforce-1"),
      TestIssuer.create(AWS_URL, "aws-1", "ES256"),
    ]);
    const [customers, workforce, aws] = hosts.map((issuer) => new IssuerHost(issuer)) as [
      IssuerHost,
      IssuerHost,
      IssuerHost,
    ];
    const tls = await LocalTls.start(new Map([customers, workforce, aws].map(({ host, handle }) => [host, handle])));
    return new Issuers(customers, workforce, aws, tls);
  }

  get authorities(): string {
    return this.tls.authorityFile;
  }

  /** Address of each host, for Envoy. */
  get addresses(): Readonly<Record<string, SocketAddress>> {
    const address = { address: "127.0.0.1", port: this.tls.port };
    return Object.fromEntries(this.all.map(({ host }) => [host, address]));
  }

  /** The same hosts as the authorizer's code reaches them. */
  readonly call: HttpsCall = async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const found = this.all.find((each) => each.host === host);
    if (found === undefined) throw new Error(`unexpected host ${host}`);
    const answer = await found.handle({ method, host, target: pathname, headers: [], body: "" });
    return { status: answer.status, body: answer.body } satisfies HttpsResponse;
  };

  stop(): Promise<void> {
    return this.tls.stop();
  }

  private get all(): readonly IssuerHost[] {
    return [this.customers, this.workforce, this.aws];
  }
}
