import { randomUUID } from "node:crypto";
import {
  headerValues,
  json,
  type LocalAnswer,
  type LocalRequest,
} from "../../../packages/local-front-door/net/local-http";

interface Version {
  text?: string;
  labels: string[];
  readonly createdAt: number;
}

/**
 * One secret of Secrets Manager in memory, with the documented rules: a label is on one version, a version without
 * labels is deleted, a token belongs to one value, and AWSCURRENT moves only from the version that has it and leaves
 * AWSPREVIOUS there.
 */
export class MemorySecret {
  private readonly versions = new Map<string, Version>();

  /** @param now milliseconds since 1970 */
  constructor(
    readonly arn: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Adds a version as Terraform or a person would. */
  given(text: string, labels: readonly string[], secondsAgo: number): string {
    const id = randomUUID();
    for (const label of labels) this.take(label);
    this.versions.set(id, { text, labels: [...labels], createdAt: this.now() - secondsAgo * 1000 });
    return id;
  }

  /** The first effect of RotateSecret: an empty version with AWSPENDING. A version that had this label loses it. */
  begin(token: string = randomUUID()): string {
    this.take("AWSPENDING");
    this.versions.set(token, { labels: ["AWSPENDING"], createdAt: this.now() });
    return token;
  }

  text(label: string): string | undefined {
    return [...this.versions.values()].find(({ labels }) => labels.includes(label))?.text;
  }

  labelsOf(id: string): readonly string[] {
    return this.versions.get(id)?.labels ?? [];
  }

  unlabel(label: string): void {
    this.take(label);
  }

  answer(request: LocalRequest): LocalAnswer {
    const [target = ""] = headerValues(request, "x-amz-target");
    const input = JSON.parse(request.body) as Record<string, string> & { VersionStages?: string[] };
    if (input.SecretId !== this.arn) return fault("ResourceNotFoundException");
    if (target === "secretsmanager.DescribeSecret") return json(200, { VersionIdsToStages: this.labelled() });
    if (target === "secretsmanager.GetSecretValue") return this.get(input);
    if (target === "secretsmanager.PutSecretValue") return this.put(input);
    if (target === "secretsmanager.UpdateSecretVersionStage") return this.move(input);
    return fault("UnknownOperationException");
  }

  private labelled(): Record<string, readonly string[]> {
    const some = [...this.versions].filter(([, { labels }]) => labels.length > 0);
    return Object.fromEntries(some.map(([id, { labels }]) => [id, labels]));
  }

  private get({ VersionId, VersionStage }: Record<string, string>): LocalAnswer {
    const found = [...this.versions].find(
      ([id, { labels }]) =>
        (VersionId === undefined || id === VersionId) && (VersionStage === undefined || labels.includes(VersionStage)),
    );
    if (found?.[1].text === undefined) return fault("ResourceNotFoundException");
    const [id, { text, createdAt }] = found;
    return json(200, { SecretString: text, VersionId: id, CreatedDate: createdAt / 1000 });
  }

  private put({
    ClientRequestToken = "",
    SecretString,
    VersionStages = [],
  }: Record<string, string> & { VersionStages?: string[] }) {
    const there = this.versions.get(ClientRequestToken);
    if (there?.text !== undefined && there.text !== SecretString) return fault("ResourceExistsException");
    for (const label of VersionStages) this.take(label);
    // The age counts from the time at which the version gets its value.
    this.versions.set(ClientRequestToken, {
      text: SecretString,
      labels: [...new Set([...(there?.labels ?? []), ...VersionStages])],
      createdAt: this.now(),
    });
    return json(200, {});
  }

  private move({ VersionStage = "", MoveToVersionId = "", RemoveFromVersionId }: Record<string, string>): LocalAnswer {
    const to = this.versions.get(MoveToVersionId);
    const from = [...this.versions].find(([, { labels }]) => labels.includes(VersionStage));
    if (to === undefined || from?.[0] !== RemoveFromVersionId) return fault("InvalidParameterException");
    this.take(VersionStage);
    to.labels.push(VersionStage);
    if (VersionStage === "AWSCURRENT" && from !== undefined) {
      this.take("AWSPREVIOUS");
      from[1].labels.push("AWSPREVIOUS");
    }
    return json(200, {});
  }

  private take(label: string): void {
    for (const version of this.versions.values()) version.labels = version.labels.filter((each) => each !== label);
  }
}

function fault(type: string): LocalAnswer {
  return json(400, { __type: `com.amazonaws.secretsmanager#${type}`, message: "a message that quotes what was sent" });
}
