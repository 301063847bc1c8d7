import { Cognito } from "../../../../packages/local-front-door/cognito/cognito";
import { userPools } from "../../../../packages/local-front-door/cognito/pool";
import { LocalIssuer } from "../../../../packages/local-front-door/issuers/issuers";
import { LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { keepRsaKeys } from "../../rsa-keys";
import { type Change, stackOf } from "../document";

keepRsaKeys();

/** The user pool of `dev`, at its domain in Amazon's name space. */
export class DevPool {
  private constructor(
    private readonly issuer: LocalIssuer,
    private readonly cognito: Cognito,
    readonly trace: LocalTrace,
  ) {}

  static async of(...changes: readonly Change[]): Promise<DevPool> {
    const stack = stackOf(...changes);
    const [pool] = stack.all("aws_cognito_user_pool");
    const url = `https://${pool && stack.text(pool, "endpoint")}`;
    const issuer = new LocalIssuer({ id: "customers", kind: "cognito", url });
    await issuer.makeKey();
    const trace = new LocalTrace();
    return new DevPool(issuer, new Cognito(userPools(stack, [issuer]), trace), trace);
  }

  get issuerUrl(): string {
    return this.issuer.declaration.url;
  }

  client(name: string) {
    const found = this.cognito.pools[0]?.clients.find(({ address }) => address.endsWith(`.${name}`));
    if (found === undefined) throw new Error(`no client ${name}`);
    return found;
  }

  basic(name: string): string {
    const { id, secret } = this.client(name);
    return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  }

  send(method: string, target: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) {
    return this.cognito.handle({
      method,
      host: "storefront-dev.auth.eu-west-1.amazoncognito.com",
      target,
      headers: Object.entries({ "content-type": "application/x-www-form-urlencoded", ...headers }),
      body: new URLSearchParams(form).toString(),
    });
  }

  /** The answer of the token endpoint: the status and the parsed body. */
  async token(form: Record<string, string>, headers: Record<string, string> = {}) {
    const { status, body } = await this.send("POST", "/oauth2/token", form, headers);
    return { status, body: JSON.parse(body) };
  }
}
