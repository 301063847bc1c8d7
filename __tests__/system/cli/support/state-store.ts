import { existsSync, readFileSync } from "node:fs";
import { STATE } from "../../../support/command";
import { Moto } from "../../../support/moto/moto";
import type { DeployedProject } from "./deployed-project";

/** The place of an environment's state and lock. */
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
    /** No resources if only a plan has been made. */
    readonly instances: readonly unknown[];
  }[];
}

function addresses(text: string): readonly string[] {
  const made = (JSON.parse(text) as State).resources.filter(
    ({ mode, instances }) => mode === "managed" && instances.length > 0,
  );
  return made.map(({ type, name }) => `${type}.${name}`);
}

/** State in the project. Terraform's lock of a file ends with its process, regardless of the lock file. */
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

/** Moto shows private objects to a signed call with any signature. */
const SIGNED = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, Signature=x";

/** State in an S3 bucket emulated by moto, with a lock file next to it. */
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
