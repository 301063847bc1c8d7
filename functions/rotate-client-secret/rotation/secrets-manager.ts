import { type AwsApi, AwsError } from "./aws-api";
import { RotationError } from "./rotation-error";

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
