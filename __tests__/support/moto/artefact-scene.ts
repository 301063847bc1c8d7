import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { verifySignature } from "../../../packages/local-front-door/aws/sts";
import { FunctionProcess, type FunctionResult } from "../../../packages/local-front-door/function/function";
import type { LocalAnswer, LocalRequest } from "../../../packages/local-front-door/net/local-http";
import { LocalTls } from "../../../packages/local-front-door/net/tls";
import { ROOT } from "../places";
import { CognitoClient } from "../rotate-client-secret/cognito-client";
import type { Death, DyingScene } from "../rotate-client-secret/deaths";
import {
  CLIENT_ID,
  CREDENTIALS,
  environmentFor,
  FIRST_SECRET,
  REGION,
  SCOPES,
  TOKEN_HOST,
  USER_POOL_ID,
} from "../rotate-client-secret/environment";
import { nameOf, STEPS } from "../rotate-client-secret/memory-scene";
import type { Moto } from "./moto";
import { MotoSecret } from "./moto-secret";

const KNOWN = { ...CREDENTIALS, expiresAt: Number.POSITIVE_INFINITY };
const RUNTIME = join(ROOT, "packages/local-front-door/function");

/**
 * The deployed zip in its own process, between moto's Secrets Manager and an app client that follows the documented
 * rules.
 */
export class ArtefactScene implements DyingScene {
  readonly printed: string[] = [];
  cognito = newClient();
  secret!: MotoSecret;
  calls: string[] = [];
  /** Runs before each call of the function is answered. */
  beforeAnswer: (() => Promise<void>) | undefined;
  private tls!: LocalTls;
  private death: Death | undefined;
  private running: FunctionProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-rotation-"));

  private constructor(private readonly moto: Moto) {}

  /** @param zip that the stack references */
  static async start(moto: Moto, zip: string): Promise<ArtefactScene> {
    const scene = new ArtefactScene(moto);
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip))))
      writeFileSync(join(scene.folder, name), bytes);
    const answer = (request: LocalRequest) => scene.answer(request);
    const hosts = [`secretsmanager.${REGION}.amazonaws.com`, `cognito-idp.${REGION}.amazonaws.com`, TOKEN_HOST];
    scene.tls = await LocalTls.start(new Map(hosts.map((host) => [host, answer])));
    return scene;
  }

  async stop(): Promise<void> {
    this.running?.kill();
    await this.tls.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** A new client, in the state after an apply. */
  async fresh(): Promise<void> {
    this.renew();
    this.cognito.given(FIRST_SECRET, 60);
    this.secret = await MotoSecret.create(this.moto, FIRST_SECRET);
  }

  /** A client after two rotations. */
  async settled(): Promise<void> {
    this.renew();
    const [previous, current] = ["previous".padEnd(48, "p"), "current".padEnd(48, "c")];
    this.cognito.given(previous, 3_600);
    this.cognito.given(current, 10);
    this.secret = await MotoSecret.create(this.moto, FIRST_SECRET);
    await this.secret.replace(previous);
    await this.secret.replace(current);
  }

  /** Runs the four steps until one fails. */
  async rotate(token: string, death?: Death): Promise<FunctionResult> {
    this.calls = [];
    this.death = death;
    let result: FunctionResult = { kind: "error", message: "no step" };
    for (const Step of STEPS) {
      result = await this.invoke({ Step, SecretId: this.secret.arn, ClientRequestToken: token });
      if (result.kind === "error") break;
    }
    this.death = undefined;
    return result;
  }

  begin(): Promise<string> {
    return this.secret.begin();
  }

  async attempt(token: string, death?: Death): Promise<string | undefined> {
    const result = await this.rotate(token, death);
    return result.kind === "error" ? result.message : undefined;
  }

  text(label: string): Promise<string> {
    return this.secret.text(label);
  }

  async invoke(event: unknown): Promise<FunctionResult> {
    if (!this.running?.alive) this.running = this.spawn();
    return this.running.run(event, 60_000);
  }

  /** A new client needs another function process, because its environment names another secret. */
  private renew(): void {
    this.running?.kill();
    this.running = undefined;
    this.cognito = newClient();
  }

  private spawn(): FunctionProcess {
    const { port, authorityFile } = this.tls;
    return new FunctionProcess(
      process.execPath,
      ["--require", join(RUNTIME, "preload.cjs"), join(RUNTIME, "function-runtime.cjs"), String(port), authorityFile],
      {
        cwd: this.folder,
        env: { ...environmentFor(this.secret.arn), LAMBDA_TASK_ROOT: this.folder, _HANDLER: "index.handler" },
      },
      (line) => this.printed.push(line),
    );
  }

  private async answer(request: LocalRequest): Promise<LocalAnswer> {
    const isLast = this.death?.call === this.calls.length;
    this.calls.push(nameOf(request));
    if (isLast && this.death?.when === "before") return this.kill();
    await this.beforeAnswer?.();
    const answer = await this.serve(request);
    return isLast ? this.kill() : answer;
  }

  private kill(): Promise<never> {
    this.running?.kill();
    return new Promise(() => {});
  }

  private async serve(request: LocalRequest): Promise<LocalAnswer> {
    if (request.host === TOKEN_HOST) return this.cognito.token(request);
    const [service = ""] = request.host.split(".");
    const url = `https://${request.host}${request.target}`;
    await verifySignature({ ...request, url }, { region: REGION, service }, () => KNOWN, Date.now());
    return service === "cognito-idp" ? this.cognito.api(request) : this.moto.forward(request);
  }
}

/** moto counts in whole seconds. A clock behind it could also occur between two AWS services. */
function newClient(): CognitoClient {
  return new CognitoClient({ userPoolId: USER_POOL_ID, clientId: CLIENT_ID, scopes: SCOPES, behindMilliseconds: 2000 });
}
