import type { AwsApi } from "./aws-api";
import { RotationError } from "./rotation-error";
import type { Settings } from "./settings";

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
