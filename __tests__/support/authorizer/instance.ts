import { type ChildProcess, fork } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import type { HttpsRequest, HttpsResponse } from "../../../functions/authorizer/request/https-call";
import { BUILD_FOLDER, ROOT } from "../places";
import { ENVIRONMENT } from "./policy";

const RUNTIME = join(ROOT, "packages", "local-front-door", "function");

export type Answer = (request: HttpsRequest) => Promise<HttpsResponse>;

/** One TLS server for every host, which counts connections and calls. */
export class Hosts {
  readonly connections: Socket[] = [];
  /** Hosts called, in order. */
  readonly calls: string[] = [];
  answer: Answer;

  private constructor(
    private readonly server: Server,
    private readonly certificate: string,
    answer: Answer,
  ) {
    this.answer = answer;
  }

  static async start(names: readonly string[], answer: Answer): Promise<Hosts> {
    const { private: key, cert } = await generate([{ name: "commonName", value: "every host" }], {
      keyType: "ec",
      algorithm: "sha256",
      extensions: [{ name: "subjectAltName", altNames: names.map((value) => ({ type: 2 as const, value })) }],
    });
    const server = createServer({ key, cert });
    const hosts = new Hosts(server, cert, answer);
    server.on("connection", (socket: Socket) => hosts.connections.push(socket));
    server.on("request", async (request, response) => {
      const host = request.headers.host ?? "";
      hosts.calls.push(host);
      let body = "";
      for await (const chunk of request) body += chunk;
      const { status, body: text } = await hosts.answer({
        method: request.method as "GET",
        url: `https://${host}${request.url}`,
        headers: request.headers as Record<string, string>,
        body,
      });
      response.writeHead(status).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return hosts;
  }

  /** Environment of the instances that call these hosts. */
  get internet(): Internet {
    return { port: (this.server.address() as AddressInfo).port, certificate: this.certificate };
  }

  /** Number of connections that are open. */
  get open(): number {
    return this.connections.filter((socket) => !socket.destroyed).length;
  }

  closeConnections(): void {
    for (const socket of this.connections) socket.destroy();
  }

  stop(): void {
    this.closeConnections();
    this.server.close();
  }
}

/** The port that stands in for port 443 of every host. */
export interface Internet {
  readonly port: number;
  readonly certificate: string;
}

export interface InstanceProps {
  readonly internet: Internet;
  readonly policy: AuthorizerPolicy;
  readonly handler?: "index.callers" | "index.public";
}

/** One instance of the function: the deployed bundle in its own process, started as Lambda starts it. */
export class Instance {
  readonly process: ChildProcess;
  readonly startedAt = Date.now();
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-instance-"));

  constructor({ internet, policy, handler = "index.callers" }: InstanceProps) {
    const authority = join(this.folder, "authority.pem");
    writeFileSync(authority, internet.certificate);
    copyFileSync(join(BUILD_FOLDER, "authorizer.mjs"), join(this.folder, "index.mjs"));
    writeFileSync(join(this.folder, "authorizer-policy.json"), JSON.stringify(policy));
    const clock = join(ROOT, "bench", "authorizer", "clock.cjs");
    this.process = fork(join(RUNTIME, "function-runtime.cjs"), [String(internet.port), authority], {
      cwd: this.folder,
      execArgv: ["--require", join(RUNTIME, "preload.cjs"), "--require", clock],
      env: { ...ENVIRONMENT, _HANDLER: handler, LAMBDA_TASK_ROOT: this.folder },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
  }

  /** Handles one event at a time. `ahead`: seconds by which the function's clock is ahead of this one from now on. */
  ask<Value>(event: object, ahead = 0): Promise<{ readonly value?: Value; readonly message?: string }> {
    return new Promise((resolve) => {
      this.process.once("message", (result) => resolve(result as object));
      this.process.send({ ...event, ahead });
    });
  }

  stop(): void {
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true });
  }
}
