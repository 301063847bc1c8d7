import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILD_FOLDER } from "../../__tests__/support/places";
import { freePorts } from "../../packages/local-front-door/net/loopback";
import { pythonVenv } from "../../packages/local-front-door/processes/python-venv.cjs";

/** A Python with LocalStack's core, or one line with the reason why there is none. */
export function pythonWithLocalStack(): { readonly python: string } | { readonly missing: string } {
  const requirements = join(__dirname, "requirements.txt");
  const made = pythonVenv({ name: "localstack", requirements, build: BUILD_FOLDER });
  return "missing" in made ? made : { python: join(made.folder, "bin", "python") };
}

/** The control plane of API Gateway accepts any signature. It reads the service and the region from it. */
const SIGNED =
  "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/apigateway/aws4_request, SignedHeaders=host, Signature=x";

const POLL_MILLISECONDS = 100;

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

/** AWS as emulated by LocalStack: one process on 127.0.0.1, used for the REST APIs of API Gateway. */
export class LocalStack {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(python: string): Promise<LocalStack> {
    const [port = 0] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), "front-door-localstack-"));
    const child = spawn(python, ["-m", "localstack.runtime.main"], {
      cwd: folder,
      stdio: "ignore",
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        TMPDIR: tmpdir(),
        HOME: folder,
        FILESYSTEM_ROOT: folder,
        LOCALSTACK_VOLUME_DIR: folder,
        GATEWAY_LISTEN: `127.0.0.1:${port}`,
        GATEWAY_SERVER: "hypercorn",
        SERVICES: "apigateway",
        EAGER_SERVICE_LOADING: "0",
        // It reports no usage, fetches no certificate and serves no DNS.
        DISABLE_EVENTS: "1",
        SKIP_SSL_CERT_DOWNLOAD: "1",
        DNS_ADDRESS: "0",
      },
    });
    const started = new LocalStack(child, folder, port);
    for (;;) {
      if (child.exitCode !== null) throw new Error(`LocalStack ended with ${child.exitCode}`);
      const isUp = await started.ask("GET", "/_localstack/health").then(
        () => true,
        () => false,
      );
      if (isUp) return started;
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Calls the control plane: `POST /restapis`. Rejects any status over 299. */
  ask(method: string, path: string, body?: object): Promise<Json> {
    const headers = { authorization: SIGNED, "content-type": "application/json" };
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: "127.0.0.1", port: this.port, method, path, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          if ((incoming.statusCode ?? 0) > 299) reject(new Error(`${method} ${path}: ${incoming.statusCode} ${text}`));
          else resolve(text === "" ? undefined : JSON.parse(text));
        });
      });
      outgoing.on("error", reject).end(body && JSON.stringify(body));
    });
  }
}
