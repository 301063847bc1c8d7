import type { HttpsCall, HttpsRequest } from "../../../functions/authorizer/request/https-call";
import { rotationHandler } from "../../../functions/rotate-client-secret/handler";
import type { LocalAnswer, LocalRequest } from "../../../packages/local-front-door/net/local-http";
import { CognitoClient, type CognitoClientProps } from "./cognito-client";
import type { Death, DyingScene } from "./deaths";
import {
  CLIENT_ID,
  environmentFor,
  FIRST_SECRET,
  SCOPES,
  secretIn,
  TOKEN_HOST,
  textOf,
  USER_POOL_ID,
} from "./environment";
import { MemorySecret } from "./memory-secret";

export const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

/** The function's code in this process, with a secret and an app client in memory. */
export class MemoryScene implements DyingScene {
  readonly secret: MemorySecret;
  readonly cognito: CognitoClient;
  readonly lines: string[] = [];
  /** The calls of the function since the last rotation began. */
  calls: string[] = [];
  environment: Record<string, string>;
  /** Answers in place of the called service. */
  instead: ((name: string) => LocalAnswer | undefined) | undefined;
  /** The function's waits, in milliseconds each. Here they take no time. */
  readonly pauses: number[] = [];
  /**
   * A promise that each call awaits before it arrives, and after its answer was made but before the function gets it, so
   * that two deliveries of a step overlap.
   */
  gate: ((when: "before" | "after") => Promise<void> | undefined) | undefined;
  private death: Death | undefined;

  constructor(props: Partial<CognitoClientProps> = {}) {
    this.secret = new MemorySecret(
      "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x/clients/y-AbCdEf",
      props.now,
    );
    this.environment = environmentFor(this.secret.arn);
    this.cognito = new CognitoClient({ userPoolId: USER_POOL_ID, clientId: CLIENT_ID, scopes: SCOPES, ...props });
  }

  /** The state after an apply. */
  static fresh(props: Partial<CognitoClientProps> = {}): MemoryScene {
    const scene = new MemoryScene(props);
    scene.cognito.given(FIRST_SECRET, 60);
    scene.secret.given(textOf(FIRST_SECRET), ["AWSCURRENT", "FIRST"], 50);
    return scene;
  }

  /** The state after two rotations, the last one ten minutes ago. */
  static settled(props: Partial<CognitoClientProps> = {}): MemoryScene {
    const scene = new MemoryScene(props);
    const [previous, current] = ["previous".padEnd(48, "p"), "current".padEnd(48, "c")];
    scene.cognito.given(previous, 3_600);
    scene.cognito.given(current, 598);
    scene.secret.given(textOf(FIRST_SECRET), ["FIRST"], 7_200);
    scene.secret.given(textOf(previous), ["AWSPREVIOUS"], 3_602);
    scene.secret.given(textOf(current), ["AWSCURRENT"], 600);
    return scene;
  }

  get current(): string {
    return secretIn(this.secret.text("AWSCURRENT"));
  }

  get previous(): string {
    return secretIn(this.secret.text("AWSPREVIOUS"));
  }

  get pending(): string {
    return secretIn(this.secret.text("AWSPENDING"));
  }

  async rotate(token = this.begin()): Promise<void> {
    for (const step of STEPS) await this.step(step, token);
  }

  begin(): string {
    this.calls = [];
    return this.secret.begin();
  }

  attempt(token: string, death?: Death): Promise<string | undefined> {
    return this.dying(death, () => this.rotate(token));
  }

  /** Returns the error of the work, if it failed. Calls are counted from its start. */
  async dying(death: Death | undefined, work: () => Promise<void>): Promise<string | undefined> {
    this.calls = [];
    this.death = death;
    try {
      await work();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      this.death = undefined;
    }
  }

  text(label: string): string | undefined {
    return this.secret.text(label);
  }

  step(Step: string, token: string): Promise<void> {
    return this.invoke({ Step, SecretId: this.secret.arn, ClientRequestToken: token });
  }

  invoke(event: unknown): Promise<void> {
    const handler = rotationHandler({
      environment: this.environment,
      call: this.call,
      write: (line) => this.lines.push(line),
      pause: async (milliseconds) => {
        this.pauses.push(milliseconds);
      },
    });
    return handler(event);
  }

  private readonly call: HttpsCall = async (request) => {
    await this.gate?.("before");
    const local = localRequest(request);
    const name = nameOf(local);
    const isLast = this.death?.call === this.calls.length;
    this.calls.push(name);
    if (isLast && this.death?.when === "before") throw new Error("died");
    const { status, body } = this.instead?.(name) ?? this.answer(local);
    if (isLast) throw new Error("died");
    await this.gate?.("after");
    return { status, body };
  };

  private answer(request: LocalRequest): LocalAnswer {
    if (request.host === TOKEN_HOST) return this.cognito.token(request);
    return request.host.startsWith("cognito-idp.") ? this.cognito.api(request) : this.secret.answer(request);
  }
}

/** States in which a rotation may begin. */
export const STARTS = { fresh: MemoryScene.fresh, settled: MemoryScene.settled } as const;

export type Start = keyof typeof STARTS;

export const START_NAMES = Object.keys(STARTS) as readonly Start[];

/** Returns every call of a whole rotation, so that calls added later are covered too. */
export async function callsOf(start: Start): Promise<readonly string[]> {
  const scene = STARTS[start]();
  await scene.rotate();
  return scene.calls;
}

/** `GetSecretValue`, or `token`. */
export function nameOf({ headers }: Pick<LocalRequest, "headers">): string {
  const target = headers.find(([name]) => name.toLowerCase() === "x-amz-target")?.[1];
  return target?.split(".")[1] ?? "token";
}

function localRequest({ method, url, headers = {}, body = "" }: HttpsRequest): LocalRequest {
  const { host, pathname } = new URL(url);
  return { method, host, target: pathname, headers: Object.entries(headers), body };
}
