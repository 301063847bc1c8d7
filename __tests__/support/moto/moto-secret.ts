import { randomUUID } from "node:crypto";
import { secretIn, textOf } from "../rotate-client-secret/environment";
import type { Moto } from "./moto";

/** One secret in moto, with the operations of Terraform, Secrets Manager and callers on it. */
export class MotoSecret {
  private constructor(
    private readonly moto: Moto,
    readonly arn: string,
  ) {}

  /** Creates it in the state after an apply: the first version, with AWSCURRENT and Terraform's own label. */
  static async create(moto: Moto, value: string): Promise<MotoSecret> {
    const { value: made } = await moto.ask("CreateSecret", { Name: `storefront-dev/clients/${randomUUID()}` });
    const secret = new MotoSecret(moto, String(made.ARN));
    await secret.put(value, ["AWSCURRENT", "FIRST"]);
    return secret;
  }

  async put(value: string, labels: readonly string[]): Promise<string> {
    const input = { ClientRequestToken: randomUUID(), SecretString: textOf(value), VersionStages: labels };
    await this.ask("PutSecretValue", input);
    return input.ClientRequestToken;
  }

  /**
   * The effect of a successful rotation. In moto, `PutSecretValue` with AWSCURRENT would take every label from the
   * previous version.
   */
  async replace(value: string): Promise<void> {
    const { VersionId: from } = await this.ask("GetSecretValue", { VersionStage: "AWSCURRENT" });
    const to = await this.put(value, ["AWSPENDING"]);
    const move = { VersionStage: "AWSCURRENT", MoveToVersionId: to, RemoveFromVersionId: from };
    await this.ask("UpdateSecretVersionStage", move);
  }

  /**
   * What Secrets Manager does before it calls a function: it creates an empty version with AWSPENDING. moto knows no
   * function of this name, so it stops there, and the scene calls the steps. Unlike AWS, moto refuses if AWSPENDING is
   * on the current version. It removes the label from any other version, while AWS refuses until the caller removes it.
   */
  async begin(): Promise<string> {
    await this.settle();
    const token = randomUUID();
    const { status } = await this.moto.ask("RotateSecret", {
      SecretId: this.arn,
      ClientRequestToken: token,
      RotationLambdaARN: "arn:aws:lambda:eu-west-1:111122223333:function:storefront-dev-rotate-reporting-agent",
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
    if (status !== 404) throw new Error(`moto answered ${status} to RotateSecret`);
    return token;
  }

  /** What Secrets Manager does after the last step. */
  async settle(): Promise<void> {
    const { VersionIdsToStages: labels } = await this.ask("DescribeSecret", {});
    for (const [version, each] of Object.entries(labels as Record<string, readonly string[]>)) {
      if (!each.includes("AWSPENDING") || !each.includes("AWSCURRENT")) continue;
      await this.ask("UpdateSecretVersionStage", { VersionStage: "AWSPENDING", RemoveFromVersionId: version });
    }
  }

  /** What a caller reads. */
  async read(): Promise<string> {
    return secretIn(await this.text("AWSCURRENT"));
  }

  /** The label is required, because during a rotation moto returns another version without it. */
  async text(label: string): Promise<string> {
    const { SecretString: text } = await this.ask("GetSecretValue", { VersionStage: label });
    return String(text);
  }

  private async ask(action: string, input: object): Promise<Record<string, unknown>> {
    const { status, value } = await this.moto.ask(action, { SecretId: this.arn, ...input });
    if (status !== 200) throw new Error(`moto answered ${status} ${value.__type} to ${action}`);
    return value;
  }
}
