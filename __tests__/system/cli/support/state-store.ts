import { existsSync, readFileSync } from "node:fs";
import { STATE } from "../../../support/command";
import { Moto } from "../../../support/moto/moto";
import type { DeployedProject } from "./deployed-project";

/** Where an environment's state and its lock lie. */
export interface StateStore {
  readonly variables: NodeJS.ProcessEnv;
  /** Addresses of the resources in the state. */
  resources(): Promise<readonly string[]>;
  isLocked(): Promise<boolean>;
  stop(): void;
}

interface State {
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    /** None where only a plan has been made of it. */
    readonly instances: readonly unknown[];
  }[];
}

function addresses(text: string): readonly string[] {
  const made = (JSON.parse(text) as State).resources.filter(
    ({ mode, instances }) => mode === "managed" && instances.length > 0,
  );
  return made.map(({ type, name }) => `${type}.${name}`);
}

/** In the project. Terraform's lock of a file ends with its process, whatever is written next to it. */
export function stateHere(project: DeployedProject): StateStore {
  const path = project.path(STATE);
  return {
    variables: {},
    resources: async () => (existsSync(path) ? addresses(readFileSync(path, "utf8")) : []),
    isLocked: async () => false,
    stop: () => {},
  };
}

const BUCKET = "/storefront-dev-terraform-state";
const KEY = `${BUCKET}/storefront/dev.tfstate`;

/** Moto shows what is private to a caller that has signed, whatever the signature. */
const SIGNED = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, Signature=x";

/** In a bucket of the S3 that moto plays, with a lock file next to it. */
export async function stateInS3(python: string): Promise<StateStore> {
  const moto = await Moto.start(python);
  const ask = (method: string, target: string) =>
    moto.forward({ method, host: "s3", target, headers: [["authorization", SIGNED]], body: "" });
  const made = await ask("PUT", BUCKET);
  if (made.status !== 200) throw new Error(`moto made no bucket: ${made.status} ${made.body}`);
  return {
    variables: {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_REGION: "eu-west-1",
    },
    resources: async () => {
      const { status, body } = await ask("GET", KEY);
      return status === 200 ? addresses(String(body)) : [];
    },
    isLocked: async () => (await ask("HEAD", `${KEY}.tflock`)).status === 200,
    stop: () => moto.stop(),
  };
}
