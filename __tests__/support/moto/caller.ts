import { CLIENT_ID, TOKEN_HOST } from "../rotate-client-secret/environment";
import type { ArtefactScene } from "./artefact-scene";

/**
 * A program that calls as documented: it reads its secret once, caches secret and token, gets another token when the
 * old one has expired, and reads the secret again if it is refused, once per call.
 */
export class Caller {
  calls = 0;
  failures = 0;
  reads = 0;
  private secret: string | undefined;
  private token: string | undefined;

  constructor(private readonly scene: ArtefactScene) {}

  async call(): Promise<void> {
    this.calls += 1;
    if (!(await this.attempt()) && !(await this.again())) this.failures += 1;
  }

  private async attempt(): Promise<boolean> {
    this.secret ??= await this.read();
    this.token ??= this.getToken(this.secret);
    return this.token !== undefined && this.isTaken(this.token);
  }

  private async again(): Promise<boolean> {
    this.token = this.secret && this.getToken(this.secret);
    if (this.token !== undefined && this.isTaken(this.token)) return true;
    this.secret = undefined;
    this.token = undefined;
    return this.attempt();
  }

  private async read(): Promise<string> {
    this.reads += 1;
    return this.scene.secret.read();
  }

  private getToken(secret: string): string | undefined {
    const authorization = `Basic ${Buffer.from(`${CLIENT_ID}:${secret}`).toString("base64")}`;
    const { status, body } = this.scene.cognito.token({
      method: "POST",
      host: TOKEN_HOST,
      target: "/oauth2/token",
      headers: [["authorization", authorization]],
      body: "grant_type=client_credentials",
    });
    return status === 200 ? JSON.parse(body).access_token : undefined;
  }

  private isTaken(token: string): boolean {
    return (this.scene.cognito.tokens.get(token) ?? 0) > Date.now();
  }
}
