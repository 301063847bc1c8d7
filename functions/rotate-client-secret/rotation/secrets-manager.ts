import { type HttpsCall, HttpsFailure, type HttpsResponse } from "../../authorizer/request/https-call";
import { type AwsApi, AwsError, objectOf, type Settings } from "./aws-api";
import { RotationError, TRIED_AGAIN } from "./rotation-error";

/** One version of the secret. */
export interface SecretVersion {
  readonly text: string;
  readonly versionId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Labels by version id, for versions that have any. */
export type Labels = ReadonlyMap<string, readonly string[]>;

/**
 * The one secret, with the calls to AWS Secrets Manager that its rotation needs.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
export class SecretsManager {
  constructor(
    private readonly api: AwsApi,
    private readonly secretArn: string,
  ) {}

  async labels(): Promise<Labels> {
    const { VersionIdsToStages: found } = await this.ask("DescribeSecret", {});
    const entries = Object.entries((found ?? {}) as Record<string, readonly string[]>);
    return new Map(entries.map(([version, labels]) => [version, labels.map(String)]));
  }

  /** The version with a label, or with an id; undefined if there is none, or if it is still empty. */
  async version(label: string, versionId?: string): Promise<SecretVersion | undefined> {
    try {
      return versionOf(
        await this.ask("GetSecretValue", { VersionStage: label, ...(versionId && { VersionId: versionId }) }),
      );
    } catch (error) {
      if (error instanceof AwsError && error.code === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }

  async current(): Promise<SecretVersion> {
    const current = await this.version("AWSCURRENT");
    if (current !== undefined) return current;
    throw new RotationError("the secret has no current version", "apply the environment again");
  }

  /** Idempotent for the same token and text; AWS refuses another text. */
  async put(token: string, text: string): Promise<void> {
    await this.ask("PutSecretValue", { ClientRequestToken: token, SecretString: text, VersionStages: ["AWSPENDING"] });
  }

  async label(label: string, to: string, from?: string): Promise<void> {
    await this.ask("UpdateSecretVersionStage", {
      VersionStage: label,
      MoveToVersionId: to,
      ...(from !== undefined && { RemoveFromVersionId: from }),
    });
  }

  private ask(action: string, input: object) {
    return this.api.ask(action, { SecretId: this.secretArn, ...input });
  }
}

function versionOf({ SecretString: text, VersionId: versionId, CreatedDate: created }: Record<string, unknown>) {
  if (typeof text !== "string" || typeof versionId !== "string" || typeof created !== "number") {
    throw new RotationError("a version of the secret is no text", "put a text of the documented form as AWSCURRENT");
  }
  return { text, versionId, createdAt: created * 1000 };
}

/** The version that has a label. */
export function labelled(labels: Labels, label: string): string | undefined {
  return [...labels].find(([, each]) => each.includes(label))?.[0];
}

/** A secret of the app client, without its value, which Cognito never shows again. */
export interface CognitoSecret {
  /** `<client id>--<seconds since 1970>` */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * The secrets of one app client: two at most, and never none.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
 */
export class CognitoSecrets {
  constructor(
    private readonly api: AwsApi,
    private readonly settings: Pick<Settings, "clientId" | "userPoolId">,
  ) {}

  /** All secrets, oldest first: at most two, on one page. */
  async list(): Promise<readonly CognitoSecret[]> {
    const { ClientSecrets: found } = await this.ask("ListUserPoolClientSecrets", {});
    const secrets = (Array.isArray(found) ? found : []).map(secretOf);
    return secrets.sort((one, other) => one.createdAt - other.createdAt);
  }

  async add(value: string): Promise<void> {
    await this.ask("AddUserPoolClientSecret", { ClientSecret: value });
  }

  async remove(id: string): Promise<void> {
    await this.ask("DeleteUserPoolClientSecret", { ClientSecretId: id });
  }

  private ask(action: string, input: object) {
    const { userPoolId, clientId } = this.settings;
    return this.api.ask(action, { UserPoolId: userPoolId, ClientId: clientId, ...input });
  }
}

function secretOf({ ClientSecretId: id, ClientSecretCreateDate: created }: Record<string, unknown>): CognitoSecret {
  if (typeof id === "string" && typeof created === "number") return { id, createdAt: created * 1000 };
  throw new RotationError("Cognito lists a secret without id or date", "look at the app client's secrets in Cognito");
}

const CALL_MILLISECONDS = 5000;
const REPLY_BYTES = 64_000;

/** Claims of an access token. They are not verified, because the token came from the endpoint itself, over TLS. */
export interface TokenClaims {
  readonly client_id?: unknown;
  readonly token_use?: unknown;
  readonly scope?: unknown;
}

/**
 * The user pool's token endpoint, called as a caller does. Without `scope`, Cognito grants all scopes of the client.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export class TokenEndpoint {
  constructor(
    private readonly call: HttpsCall,
    private readonly settings: Pick<Settings, "clientId" | "tokenEndpoint">,
  ) {}

  /**
   * Claims of a token for this secret; undefined if Cognito does not accept the secret. Throws if neither is certain.
   */
  async tokenFor(clientSecret: string): Promise<TokenClaims | undefined> {
    const response = await this.ask(clientSecret);
    const body = objectOf(response.body);
    if (response.status === 200 && typeof body?.access_token === "string") return claimsOf(body.access_token);
    const error = typeof body?.error === "string" && /^\w{1,40}$/.test(body.error) ? body.error : undefined;
    if ((response.status === 400 || response.status === 401) && error === "invalid_client") return undefined;
    throw new RotationError(`the token endpoint answered ${response.status} ${error ?? ""}`.trim(), TRIED_AGAIN);
  }

  private async ask(clientSecret: string): Promise<HttpsResponse> {
    const { clientId, tokenEndpoint } = this.settings;
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const request = { method: "POST" as const, url: tokenEndpoint, headers, body: "grant_type=client_credentials" };
    try {
      return await this.call(request, { timeoutMilliseconds: CALL_MILLISECONDS, maximumBytes: REPLY_BYTES });
    } catch (error) {
      if (!(error instanceof HttpsFailure)) throw error;
      throw new RotationError(`the token endpoint did not answer: ${error.kind}`, TRIED_AGAIN);
    }
  }
}

function claimsOf(token: string): TokenClaims {
  const [, payload = ""] = token.split(".");
  return objectOf(Buffer.from(payload, "base64url").toString("utf8")) ?? {};
}
