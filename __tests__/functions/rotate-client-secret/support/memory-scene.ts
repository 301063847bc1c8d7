import type { HttpsCall, HttpsRequest } from "../../../../functions/authorizer/https-call";
import { rotationHandler } from "../../../../functions/rotate-client-secret/handler";
import type { LocalAnswer, LocalRequest } from "../../../../local/local-http";
import { CognitoClient, type CognitoClientProps } from "./cognito-client";
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

/** Dies as a process does: with this call, before or after the other side has done what it was asked. */
export interface Death {
  readonly call: number;
  readonly when: "before" | "after";
}

/** The function's code in this process, with a secret and an app client in memory. */
export class MemoryScene {
  readonly secret = new MemorySecret("arn:aws:secretsmanager:eu-west-1:111122223333:secret:x/clients/y-AbCdEf");
  readonly cognito: CognitoClient;
  readonly lines: string[] = [];
  /** What the function has asked for since the last rotation began. */
  calls: string[] = [];
  environment = environmentFor(this.secret.arn);
  death: Death | undefined;
  /** Answers instead of the other side. */
  instead: ((name: string) => LocalAnswer | undefined) | undefined;
  waits = 0;

  constructor(props: Partial<CognitoClientProps> = {}) {
    this.cognito = new CognitoClient({ userPoolId: USER_POOL_ID, clientId: CLIENT_ID, scopes: SCOPES, ...props });
  }

  /** As an apply leaves it. */
  static fresh(props: Partial<CognitoClientProps> = {}): MemoryScene {
    const scene = new MemoryScene(props);
    scene.cognito.given(FIRST_SECRET, 60);
    scene.secret.given(textOf(FIRST_SECRET), ["AWSCURRENT", "FIRST"], 50);
    return scene;
  }

  /** After two rotations, the last one ten minutes ago. */
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

  async rotate(token = this.begin()): Promise<void> {
    for (const step of STEPS) await this.step(step, token);
  }

  begin(): string {
    this.calls = [];
    return this.secret.begin();
  }

  step(Step: string, token: string): Promise<void> {
    return this.invoke({ Step, SecretId: this.secret.arn, ClientRequestToken: token });
  }

  invoke(event: unknown): Promise<void> {
    const handler = rotationHandler({
      environment: this.environment,
      call: this.call,
      write: (line) => this.lines.push(line),
      pause: async () => {
        this.waits += 1;
      },
    });
    return handler(event);
  }

  private readonly call: HttpsCall = async (request) => {
    const local = localRequest(request);
    const name = nameOf(local);
    const isLast = this.death?.call === this.calls.length;
    this.calls.push(name);
    if (isLast && this.death?.when === "before") throw new Error("died");
    const { status, body } = this.instead?.(name) ?? this.answer(local);
    if (isLast) throw new Error("died");
    return { status, body };
  };

  private answer(request: LocalRequest): LocalAnswer {
    if (request.host === TOKEN_HOST) return this.cognito.token(request);
    return request.host.startsWith("cognito-idp.") ? this.cognito.api(request) : this.secret.answer(request);
  }
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
