import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { type AuthorizerPolicy, POLICY_FILE } from "../../../contract/policy-file";
import { withScratchFolder } from "../../process/scratch-folder";
import { NotMeasured } from "../measure/figure";
import { ScratchProject } from "../measure/scratch-project";

/** The authorizer as deployed, unpacked in a folder outside any repository. */
export interface AuthorizerArtefact {
  readonly folder: string;
  /** The module of the handler `index.callers`. */
  readonly module: string;
  /** Only the variables that Lambda and Terraform would set. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Synthesizes the environment and calls back with the archive its stack deploys. */
export function withAuthorizer<T>(environment: string, work: (artefact: AuthorizerArtefact) => T): T {
  return withScratchFolder("authorizer", (folder) => {
    for (const [name, bytes] of Object.entries(unzipSync(archive(environment)))) {
      writeFileSync(join(folder, name), bytes);
    }
    const policy = JSON.parse(readFileSync(join(folder, POLICY_FILE), "utf8"));
    return work({ folder, module: join(folder, "index.mjs"), environment: variables(policy) });
  });
}

function archive(environment: string): Uint8Array {
  const project = new ScratchProject();
  try {
    project.synthesize(environment);
    const functions = Object.values(project.stack(environment).resource?.aws_lambda_function ?? {});
    const callers = functions.find(({ handler }) => handler === "index.callers");
    if (callers === undefined) throw new NotMeasured(`${environment} has no function with the handler index.callers`);
    return readFileSync(resolve(project.stackFolder(environment), String(callers.filename)));
  } finally {
    project.remove();
  }
}

/** Placeholder values for what only an apply knows. None is ever called or looked up. */
function variables({ issuers, federation }: AuthorizerPolicy): Readonly<Record<string, string>> {
  const pools = issuers.flatMap((issuer) => (issuer.kind === "cognito" ? [issuer] : []));
  return {
    ...Object.fromEntries(
      pools.map(({ issuerFrom }, index) => [
        issuerFrom,
        `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Bench${index}`,
      ]),
    ),
    ...Object.fromEntries(
      pools
        .flatMap(({ clients }) => clients)
        .map(({ clientIdFrom }, index) => [clientIdFrom, `benchmark${index}`.padEnd(26, "0")]),
    ),
    [federation.providerFrom]: "projects/1/locations/global/workloadIdentityPools/bench/providers/aws-gateway",
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "ASIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "of-the-benchmark",
    AWS_SESSION_TOKEN: "of-the-benchmark",
  };
}
