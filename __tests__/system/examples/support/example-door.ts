import { type Clouds, startClouds } from "../../../../packages/local-front-door/clouds";
import type { AppClient } from "../../../../packages/local-front-door/cognito/app-client";
import { freePorts } from "../../../../packages/local-front-door/net/loopback";
import type { Hop } from "../../../../packages/local-front-door/trace/hop";
import { type ApiKind, DocumentedStack } from "./documented-stack";
import { clientSecret, SecretsManagerStandIn } from "./secrets-manager";

/** A front door with one program's secret in a stand-in for AWS Secrets Manager. */
export class ExampleDoor {
  /** The stack that is open. */
  stackFile = "";
  private running: Clouds | undefined;

  private constructor(
    readonly stack: DocumentedStack,
    readonly secretsManager: SecretsManagerStandIn,
    private readonly ports: readonly number[],
    private readonly client: string,
  ) {}

  /** @param client `reporting-agent` */
  static async open(kind: ApiKind, client: string): Promise<ExampleDoor> {
    const door = new ExampleDoor(
      new DocumentedStack(kind),
      await SecretsManagerStandIn.start(),
      await freePorts(2),
      client,
    );
    await door.reopen();
    return door;
  }

  /** Reopens it on the same ports. It accepts no earlier token, because its issuers have new keys. */
  async reopen(stackFile = this.stack.file): Promise<void> {
    await this.running?.stop();
    const [port, cognitoPort] = this.ports;
    this.running = await startClouds({ stackFile, port, cognitoPort, gateway: { throttling: false } });
    this.stackFile = stackFile;
    this.publish();
  }

  async close(): Promise<void> {
    await this.running?.stop();
    await this.secretsManager.stop();
    this.stack.remove();
  }

  /** Clears the records, and restores the secret that Terraform wrote. */
  reset(): void {
    this.clouds.trace.clear();
    this.secretsManager.reads = 0;
    this.secretsManager.onRead = () => {};
    this.publish();
  }

  get clouds(): Clouds {
    if (this.running === undefined) throw new Error("the door is not open");
    return this.running;
  }

  get secretId(): string {
    return `storefront-dev/clients/${this.client}`;
  }

  /** The text of the secret, with another client secret in it. */
  secretWith(value: string): string {
    return JSON.stringify({ ...JSON.parse(clientSecret(this.clouds, this.name)), client_secret: value });
  }

  get value(): string {
    return this.appClient.secret ?? "";
  }

  /**
   * Replaces the client secret in the user pool and in AWS Secrets Manager together. The previous one no longer works.
   */
  replaceSecret(value: string): void {
    (this.appClient as { secret: string }).secret = value;
    this.publish();
  }

  get environment(): Readonly<Record<string, string>> {
    const { clouds, secretId, secretsManager } = this;
    return { ...secretsManager.environment, FRONT_DOOR_URL: clouds.url, CLIENT_SECRET_ID: secretId };
  }

  /** Decisions of one part since the last reset. */
  decisions(at: Hop["at"], allowed: boolean): readonly Hop[] {
    return this.clouds.trace.hops.filter((hop) => hop.at === at && hop.allowed === allowed && !hop.remark);
  }

  /** How many tokens the user pool issued. */
  get tokens(): number {
    return this.decisions("cognito", true).length;
  }

  /** How many calls reached a service. */
  get served(): number {
    return this.decisions("cloud-run", true).length;
  }

  /** How often the API gave this answer since it was opened. */
  answered(status: number): number {
    const seen = this.clouds.trace.requests.changedAfter(0);
    return seen.filter(({ door, answer }) => door === "gateway" && answer?.status === status).length;
  }

  private publish(): void {
    this.secretsManager.secrets.set(this.secretId, clientSecret(this.clouds, this.name));
  }

  private get name(): string {
    return `customers/${this.client}`;
  }

  private get appClient(): AppClient {
    const client = this.clouds.callers.find(({ name }) => name === this.name)?.client;
    if (client === undefined) throw new Error(`the stack has no client ${this.client}`);
    return client;
  }
}
