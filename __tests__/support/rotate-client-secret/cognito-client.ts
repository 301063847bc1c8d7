import { randomBytes } from "node:crypto";
import {
  headerValues,
  json,
  type LocalAnswer,
  type LocalRequest,
} from "../../../packages/local-front-door/net/local-http";

interface Secret {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
}

export interface CognitoClientProps {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** How far this clock is behind, in milliseconds, because the clocks of two AWS services always differ. Default: 0 */
  readonly behindMilliseconds?: number;
  /** How long an added secret is still refused and a deleted one still accepted, in milliseconds. Default: 0 */
  readonly lagMilliseconds?: number;
  /** The same for a deleted secret alone. Default: `lagMilliseconds` */
  readonly deletionLagMilliseconds?: number;
  /** Milliseconds since 1970. Default: this machine's clock */
  readonly now?: () => number;
}

/**
 * One app client of Cognito, by the documented rules: two secrets at most, a custom one of 24-64 characters of `[\w+]`, no
 * value ever shown, the last one not deleted; and a token endpoint that opens to each of them.
 */
export class CognitoClient {
  /** Issued tokens, each with its expiry. */
  readonly tokens = new Map<string, number>();
  /** Every secret and token that Cognito has seen, to search logs for. */
  readonly everyValue = new Set<string>();
  tokenMilliseconds = 3_600_000;
  private secrets: Secret[] = [];
  private deleted: { readonly value: string; readonly at: number }[] = [];

  constructor(private readonly props: CognitoClientProps) {}

  get count(): number {
    return this.secrets.length;
  }

  /** Creates the client's secret as Cognito does, or restores an earlier one. */
  given(value: string, secondsAgo: number): void {
    this.keep(value, this.time() - secondsAgo * 1000);
  }

  /** Expires every token that was issued so far. */
  endTokens(): void {
    for (const token of this.tokens.keys()) this.tokens.set(token, 0);
  }

  opens(value: string): boolean {
    const { lagMilliseconds = 0, deletionLagMilliseconds = lagMilliseconds } = this.props;
    const isKnown = this.secrets.some((each) => each.value === value && this.now() - each.createdAt >= lagMilliseconds);
    const wasKnown = this.deleted.some(
      (each) => each.value === value && this.time() - each.at < deletionLagMilliseconds,
    );
    return isKnown || wasKnown;
  }

  /** `cognito-idp.<region>.amazonaws.com` */
  api(request: LocalRequest): LocalAnswer {
    const [target = ""] = headerValues(request, "x-amz-target");
    const [service, action = ""] = target.split(".");
    const input = JSON.parse(request.body) as Record<string, string>;
    if (service !== "AWSCognitoIdentityProviderService") return fault("UnknownOperationException");
    if (input.UserPoolId !== this.props.userPoolId || input.ClientId !== this.props.clientId) {
      return fault("ResourceNotFoundException");
    }
    if (action === "ListUserPoolClientSecrets") return json(200, { ClientSecrets: this.secrets.map(shown) });
    if (action === "AddUserPoolClientSecret") return this.add(input.ClientSecret ?? "");
    if (action === "DeleteUserPoolClientSecret") return this.remove(input.ClientSecretId ?? "");
    return fault("UnknownOperationException");
  }

  /** `https://<domain>/oauth2/token` */
  token(request: LocalRequest): LocalAnswer {
    const [, basic = ""] = /^Basic (\S+)$/.exec(headerValues(request, "authorization")[0] ?? "") ?? [];
    const [id, secret = ""] = Buffer.from(basic, "base64").toString().split(":");
    const form = new URLSearchParams(request.body);
    if (form.get("grant_type") !== "client_credentials") return json(400, { error: "unsupported_grant_type" });
    if (id !== this.props.clientId || !this.opens(secret)) return json(400, { error: "invalid_client" });
    const claims = { client_id: id, token_use: "access", scope: this.props.scopes.join(" ") };
    const parts = [{ alg: "RS256", kid: "k" }, claims].map((part) => base64url(JSON.stringify(part)));
    const token = [...parts, randomBytes(32).toString("base64url")].join(".");
    this.tokens.set(token, this.time() + this.tokenMilliseconds);
    return json(200, { access_token: token, expires_in: 3600, token_type: "Bearer" });
  }

  private add(value: string): LocalAnswer {
    if (!/^[\w+]{24,64}$/.test(value)) return fault("InvalidParameterException");
    if (this.secrets.length >= 2) return fault("LimitExceededException");
    return json(200, { ClientSecretDescriptor: shown(this.keep(value, this.now())) });
  }

  private remove(id: string): LocalAnswer {
    const found = this.secrets.find((each) => each.id === id);
    if (found === undefined) return fault("ResourceNotFoundException");
    if (this.secrets.length === 1) return fault("InvalidParameterException");
    this.secrets = this.secrets.filter((each) => each !== found);
    this.deleted.push({ value: found.value, at: this.time() });
    return json(200, {});
  }

  private keep(value: string, createdAt: number): Secret {
    const id = `${this.props.clientId}--${Math.floor(createdAt / 1000)}${randomBytes(4).toString("hex")}`;
    const secret = { id, value, createdAt };
    this.secrets.push(secret);
    this.everyValue.add(value);
    return secret;
  }

  /** The time by this service's own clock. */
  private now(): number {
    return this.time() - (this.props.behindMilliseconds ?? 0);
  }

  private time(): number {
    return (this.props.now ?? Date.now)();
  }
}

function shown({ id, createdAt }: Secret) {
  return { ClientSecretId: id, ClientSecretCreateDate: createdAt / 1000 };
}

/** AWS quotes parameters in its messages, so no part of a message may get into a log. */
function fault(type: string): LocalAnswer {
  return json(400, { __type: type, message: "a message that quotes what was sent" });
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
