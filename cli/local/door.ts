import { createServer } from "node:net";
import { join } from "node:path";
import { type Clouds, startClouds } from "../../packages/local-front-door/clouds";
import { listenOnLoopback } from "../../packages/local-front-door/net/loopback";
import type { ServiceChoice } from "../../packages/local-front-door/services/services";
import { StackError } from "../../packages/local-front-door/terraform/document";
import type { AccessRow } from "../../packages/terraform-access-review/access/row";
import { CommandError, EXIT } from "../process/command-error";
import { withProgress } from "../process/progress";
import { BUILD, PACKAGE, stackFolder } from "../process/project";
import { intoOut } from "../synthesis/draft";
import { readIntents, select } from "../synthesis/intents";
import { synthesize } from "../synthesis/synthesis";
import { fetchDeclaredNode } from "./declared-node";
import { routeGrantsOf } from "./ledger";
import { readSecrets, secretsFile } from "./secrets";

export interface DoorProps {
  readonly environment: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly services: readonly ServiceChoice[];
  /** Whether calls are throttled as declared: the matrix calls more often in a second than any stage allows. */
  readonly throttling: boolean;
  /** Origins of pages on this machine, which may call in addition to the declared ones: a deviation. */
  readonly localOrigins: readonly string[];
  /** Callback URLs on this machine, which sign-in accepts in addition to the declared ones: a deviation. */
  readonly localCallbacks: readonly string[];
  /** Whether there is a page that shows why. */
  readonly page: boolean;
  /** Whether to fetch the Node that the functions declare, where it is not there. */
  readonly declaredNode: boolean;
  readonly print: (line: string) => void;
}

export interface OpenDoor {
  readonly clouds: Clouds;
  /** Who may call which route, as the stack that was just synthesized says it. */
  readonly grants: readonly AccessRow[];
}

/** The front door of one environment on this machine, opened again whenever the config changes. */
export class LocalDoor {
  private clouds: Clouds | undefined;

  constructor(private readonly props: DoorProps) {}

  /**
   * Synthesizes the environment and opens the door from what came out. A door that is open already stays as it is until
   * the new one has understood its stack; then that one takes its ports.
   */
  async open(): Promise<OpenDoor> {
    const { environment, services, throttling, localOrigins, localCallbacks, page, print } = this.props;
    const [synthesized] = intoOut((draft) => synthesize(select(readIntents(), [environment]), draft));
    const stackFile = join(stackFolder(environment), "cdk.tf.json");
    if (this.props.declaredNode) fetchDeclaredNode(stackFile, print);
    const before = this.clouds;
    const port = before === undefined ? this.props.port : portOf(before.url);
    const alsoServedPort = before?.alsoServed === undefined ? 0 : portOf(before.alsoServed.url);
    const cognitoPort = before === undefined ? 0 : portOf(before.cognitoUrl);
    const pagePort = before?.pageUrl === undefined ? 0 : portOf(before.pageUrl);
    try {
      const starting = startClouds({
        stackFile,
        packageFolder: join(PACKAGE, "packages/local-front-door"),
        cacheFolder: BUILD,
        port,
        alsoServedPort,
        cognitoPort,
        gateway: { throttling, localOrigins },
        localCallbacks,
        envoy: { progress: console.error },
        ...(page && { page: { title: environment, port: pagePort } }),
        beforeListen: () => (before === undefined ? requireFree(port) : before.stop()),
        services: {
          choices: services,
          secrets: readSecrets(environment),
          secretsFile: secretsFile(environment),
          print,
        },
      });
      this.clouds = await withProgress(`${environment}: opening the front door`, starting);
      return { clouds: this.clouds, grants: routeGrantsOf(synthesized?.files["access.md"] ?? "") };
    } catch (error) {
      if (error instanceof StackError) throw new CommandError(error.message, EXIT.failed);
      throw error;
    }
  }

  /** What answers at the moment. */
  get running(): Clouds {
    if (this.clouds === undefined) throw new Error("the front door is not open");
    return this.clouds;
  }

  /** @param graceMilliseconds for answers that are under way */
  async close(graceMilliseconds: number): Promise<void> {
    await this.clouds?.stop(graceMilliseconds);
    this.clouds = undefined;
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function requireFree(port: number): Promise<void> {
  const server = createServer();
  await listenOnLoopback(server, port).catch(({ message }: Error) => {
    throw new CommandError(
      `port ${port} is not to be had: ${message}\n    take another, or none for a free one`,
      EXIT.usage,
    );
  });
  await new Promise((resolve) => server.close(resolve));
}
