import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Moto } from "../../../__tests__/support/moto/moto";
import type { RunningProviders } from "../../../__tests__/support/running-providers";
import { DeployedDoor } from "./clouds";
import { awsAnswers } from "./fake-aws";
import { gcloudAnswers } from "./fake-gcloud";
import type { CloudEvent, Existing, SandboxClouds, ToolCall } from "./model";

/**
 * Two sandbox accounts: real Terraform with the stand-in providers, the local clouds of what it has applied, and the tools
 * `aws` and `gcloud`, which read Terraform's states and change what the next refresh finds.
 */
export class Sandbox implements SandboxClouds {
  readonly folder = mkdtempSync(join(tmpdir(), "front-door-e2e-"));
  /** Calls of the tools that changed something, and steps of Terraform. */
  readonly changes: string[] = [];
  /** Objects that no state knows. */
  readonly lost: Existing[] = [];
  /** Removals of objects that are not of a run. */
  readonly forbidden: string[] = [];
  /** Called with each call of a tool and each step of Terraform, before it is answered. */
  beforeCall: (call: string) => void = () => {};
  /** By environment: what its function's variable lists, as AWS has it. */
  readonly revoked = new Map<string, string>();
  /** By ARN of a secret: how often it was rotated. */
  readonly rotations = new Map<string, number>();
  private readonly doors = new Map<string, DeployedDoor>();
  private readonly events: CloudEvent[] = [];
  private readonly server: Server;

  /**
   * @param project folder in which the command runs
   * @param store plays the buckets of states
   */
  constructor(
    private readonly providers: RunningProviders,
    private readonly project: string,
    private readonly store?: Moto,
  ) {
    this.server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", async () => {
        const body = Buffer.concat(chunks);
        const host = incoming.headers["x-sandbox-host"];
        if (typeof host === "string") {
          const door = [...this.doors.values()].find((each) => each.has(host));
          if (door === undefined) outgoing.destroy();
          else door.forward(host, incoming, body, outgoing);
          return;
        }
        const answer = await this.answer(JSON.parse(body.toString())).catch((error: Error) => ({
          code: 255,
          out: "",
          error: `${error.stack}`,
        }));
        outgoing.end(JSON.stringify(answer));
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const bin = join(this.folder, "bin");
    mkdirSync(bin);
    const tool = (name: string) => `exec ${process.execPath} ${join(__dirname, "tool.cjs")} ${name} "$@"`;
    for (const name of ["aws", "gcloud"]) this.script(join(bin, name), tool(name));
    this.script(
      this.terraform,
      `case "$1 $2" in
output*|apply*|destroy*|"state rm") ${tool("terraform").replace("exec ", "")} || exit 1 ;;
esac
[ "$1" != output ] || exit 0
'${this.providers.terraform}' "$@" || exit $?
case "$1" in
apply|destroy) '${this.providers.terraform}' state pull > '${this.folder}'/"$(basename "$PWD")".pulled
  ${tool("terraform-done").replace("exec ", "")} ;;
esac`,
    );
    this.providers.meanwhile([]);
  }

  async stop(): Promise<void> {
    for (const each of this.doors.values()) await each.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get terraform(): string {
    return join(this.folder, "terraform");
  }

  private script(path: string, text: string): void {
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o700);
  }

  /** Variables of the command under test. */
  get variables(): NodeJS.ProcessEnv {
    const { port } = this.server.address() as AddressInfo;
    return {
      PATH: `${join(this.folder, "bin")}:${process.env.PATH}`,
      TERRAFORM_BINARY_NAME: this.terraform,
      SANDBOX_URL: `http://127.0.0.1:${port}`,
      NODE_OPTIONS: `--require ${join(__dirname, "preload.cjs")}`,
      ...(this.store && {
        AWS_ENDPOINT_URL: this.store.url,
        AWS_ACCESS_KEY_ID: "none",
        AWS_SECRET_ACCESS_KEY: "none",
      }),
    };
  }

  /** Everything that exists, as far as a state knows it. */
  known(): readonly Existing[] {
    return this.environments().flatMap((folder) => {
      const files = statesIn(join(folder, "state"));
      // A state in the bucket of the bootstrap was pulled after the last apply.
      const pulled = join(this.folder, `${folder.split("/").at(-1)}.pulled`);
      const isInBucket = files.every((path) => path.includes("/bootstrap-"));
      return [...files, ...(isInBucket && existsSync(pulled) ? [pulled] : [])].flatMap(existingIn);
    });
  }

  existing(): readonly Existing[] {
    return [...this.known(), ...this.lost];
  }

  private environments(): readonly string[] {
    const runs = join(this.project, ".e2e");
    const names = (folder: string) =>
      existsSync(folder)
        ? readdirSync(folder, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []))
        : [];
    return names(runs).flatMap((run) => names(join(runs, run)).map((name) => join(runs, run, name)));
  }

  /** Objects of a run that were made and that no state knows, because a kill came in between. */
  loses(run: string): void {
    const name = `${run}-http-callers`;
    this.lost.push(
      { type: "aws_lambda_function", values: { function_name: name } },
      { type: "aws_iam_role", values: { name } },
      { type: "aws_apigatewayv2_api", values: { id: "a1b2c3", name: `${run}-http` } },
      { type: "google_cloud_run_v2_service", values: { name: `${run}-http-echo` } },
      { type: "google_service_account", values: { account_id: `${run}-http-echo` } },
      { type: "google_iam_workload_identity_pool", values: { workload_identity_pool_id: `${run}-http` } },
    );
  }

  /** What the next refresh finds in addition. */
  happens(event: CloudEvent): void {
    this.events.push(event);
    this.providers.meanwhile(this.events);
  }

  door(environment: string): DeployedDoor {
    const found = this.doors.get(environment);
    if (found === undefined) throw new Error(`${environment} is not deployed`);
    return found;
  }

  /** Opens the door again, after a change past Terraform. */
  async reopen(environment: string): Promise<void> {
    const folder = this.environments().find((each) => each.endsWith(`/${environment}`)) ?? "";
    const before = this.doors.get(environment);
    const stack = join(folder, "cdktf.out/stacks", environment);
    this.doors.set(environment, await DeployedDoor.open(stack, this.revoked.get(environment), before));
    await before?.close();
  }

  private async answer(asked: { program: string; args: string[]; folder: string }) {
    const { program, args } = asked;
    const [first = "", second = ""] = args;
    this.beforeCall(`${program} ${first} ${second}`);
    if (program === "terraform" || program === "terraform-done") return this.terraformStep(program, args, asked.folder);
    if (first === "--version") return { code: 0, out: "aws-cli/9.0.0 Python/3\n", error: "" };
    const answers = program === "aws" ? awsAnswers : gcloudAnswers;
    const found = await answers(this, parsed(args));
    if (found === undefined) return { code: 255, out: "", error: `${program} ${first} ${second}: not in this sandbox` };
    return { code: 0, out: JSON.stringify(found), error: "" };
  }

  private async terraformStep(program: string, args: readonly string[], folder: string) {
    const environment = folder.split("/").at(-1) ?? "";
    // The bucket stays in the cloud.
    if (args[0] === "state") this.lost.push(...this.known().filter(({ type }) => type === "aws_s3_bucket"));
    if (program === "terraform-done") {
      if (environment.startsWith("bootstrap-")) await this.makeBuckets();
      this.changes.push(`terraform ${args[0]} ${environment}`);
      this.events.length = 0;
      this.providers.meanwhile([]);
      this.revoked.delete(environment);
      if (args[0] === "destroy") {
        await this.doors.get(environment)?.close();
        this.doors.delete(environment);
      } else if (!environment.startsWith("bootstrap-")) await this.reopen(environment);
    }
    if (args[0] !== "output" || !this.doors.has(environment)) return { code: 0, out: "", error: "" };
    return { code: 0, out: JSON.stringify(this.outputs(environment)), error: "" };
  }

  /** Makes the buckets of states, in which Terraform then keeps them. */
  private async makeBuckets(): Promise<void> {
    for (const { type, values } of this.known()) {
      if (type === "aws_s3_bucket") await this.store?.forward({ ...CREATE_BUCKET, target: `/${values.bucket}` });
    }
  }

  /** Terraform's outputs with the addresses and ids of the local clouds. */
  private outputs(environment: string) {
    const door = this.door(environment);
    const secrets = this.known().filter(({ type }) => type === "aws_secretsmanager_secret");
    const arnOf = (client: string) =>
      secrets.find(({ values }) => values.name.includes(`${environment}-${client}`) || values.name.endsWith(client))
        ?.values.arn;
    return {
      api_url: { value: door.url },
      services: { value: { echo: { url: door.service } } },
      issuers: { value: { callers: { issuer: door.issuer } } },
      clients: {
        value: Object.fromEntries(
          ["reader", "writer"].map((name) => [name, { client_id: door.clientId(name), secret_arn: arnOf(name) }]),
        ),
      },
    };
  }
}

/** Moto accepts a call with any signature. */
const CREATE_BUCKET = {
  method: "PUT",
  host: "s3",
  headers: [["authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, Signature=x"]],
  body: "",
} as const;

function parsed(args: readonly string[]): ToolCall {
  const options: Record<string, string> = {};
  args.forEach((each, index) => {
    const [, name = "", value] = /^--([\w-]+)(?:=(.*))?$/s.exec(each) ?? [];
    if (name !== "") options[name] = value ?? args[index + 1] ?? "";
  });
  return { args, options };
}

function statesIn(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".tfstate"))
        .map((name) => join(folder, name))
    : [];
}

function existingIn(path: string): readonly Existing[] {
  const text = readFileSync(path, "utf8");
  const { resources = [] } = text === "" ? {} : JSON.parse(text);
  return resources.flatMap(
    ({ mode, type, instances }: { mode: string; type: string; instances: readonly { attributes: object }[] }) =>
      mode === "managed" ? instances.map(({ attributes }) => ({ type, values: attributes })) : [],
  );
}
