import { type ChildProcess, spawn } from "node:child_process";
import { request } from "node:http";
import type { LocalAnswer, LocalRequest } from "../../../packages/local-front-door/net/local-http";
import { freePorts } from "../../../packages/local-front-door/net/loopback";
/** AWS as emulated by moto: one process on 127.0.0.1, used for Secrets Manager. */
export class Moto {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(python: string): Promise<Moto> {
    const [port = 0] = await freePorts(1);
    const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const moto = new Moto(child, port);
    for (;;) {
      if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
      const isUp = await moto.send("GET", "/moto-api/data.json", {}, "").catch(() => undefined);
      if (isUp?.status === 200) return moto;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }

  /** Forwards a request of the function unchanged, including its signature. */
  forward({ method, target, headers, body }: LocalRequest): Promise<LocalAnswer> {
    return this.send(method, target, Object.fromEntries(headers), body);
  }

  /** Sends a request of an operator, Terraform or Secrets Manager itself. */
  async ask(
    action: string,
    input: object,
  ): Promise<{ readonly status: number; readonly value: Record<string, unknown> }> {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `secretsmanager.${action}`,
      authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/secretsmanager/aws4_request, Signature=x",
    };
    const { status, body } = await this.send("POST", "/", headers, JSON.stringify(input));
    return { status, value: JSON.parse(body) };
  }

  private send(method: string, path: string, headers: Record<string, string>, body: string): Promise<LocalAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: "127.0.0.1", port: this.port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: {}, body: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      outgoing.on("error", reject).end(body);
    });
  }
}
