import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { withScratchFolder } from "../../cli/process/scratch-folder";
import { httpEvent, restEvent, type TestIssuers, testIssuers } from "../../cli/testing/authorizer";
import { policyCallers, routesOpenTo } from "../../contract/policy-callers";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import { NotMeasured } from "../measure/figure";
import { ScratchProject } from "../measure/scratch-project";

/** The authorizer as deployed, unpacked in a folder outside any repository. */
export interface AuthorizerArtefact {
  /** File with the input of this folder's scripts: module, events, and the issuers' answers. */
  readonly scene: string;
  /** Only the variables that Lambda and Terraform would set. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Events for the scripts: of an HTTP API, or of both kinds. Each has its own token. */
export interface Events {
  readonly http: number;
  readonly rest?: number;
}

/** Synthesizes the environment and calls back with the archive its stack deploys. */
export function withAuthorizer<T>(environment: string, events: Events, work: (artefact: AuthorizerArtefact) => T): T {
  return withScratchFolder("authorizer", (folder) => {
    for (const [name, bytes] of Object.entries(unzipSync(archive(environment)))) {
      writeFileSync(join(folder, name), bytes);
    }
    const policy: AuthorizerPolicy = JSON.parse(readFileSync(join(folder, POLICY_FILE), "utf8"));
    // They sign as Cognito does, with RSA.
    const issuers = testIssuers(policy, clientsOf(policy), "RS256");
    const scene = join(folder, "scene.json");
    writeFileSync(scene, JSON.stringify({ module: join(folder, "index.mjs"), ...sceneOf(policy, issuers, events) }));
    return work({ scene, variables: { ...issuers.environment, ...AWS } });
  });
}

/** The first literal route for which a client of a user pool has a scope. */
function calledRoute(policy: AuthorizerPolicy) {
  for (const { name, scopes } of clientsOf(policy)) {
    const route = routesOpenTo({ scopes }, policy).find((key) => !key.includes("{"));
    if (route !== undefined) return { route, caller: name };
  }
  throw new NotMeasured("the policy has no scoped, literal route that a client of a user pool may call");
}

function clientsOf(policy: AuthorizerPolicy) {
  return policyCallers(policy).flatMap(({ issuer, id, scopes }) =>
    issuer.kind === "cognito" ? [{ name: `${issuer.id}/${id}`, scopes }] : [],
  );
}

function sceneOf(policy: AuthorizerPolicy, { documents, tokenOf }: TestIssuers, { http, rest = 0 }: Events) {
  const { route, caller } = calledRoute(policy);
  // Lambda passes events as texts that V8 has not read yet.
  const events = (length: number, event: (route: string, token: string | undefined) => object) =>
    Array.from({ length }, () => JSON.stringify(event(route, tokenOf(caller))));
  const keys = Object.keys(documents).find((url) => url.endsWith("/jwks.json"));
  const hosts = [...Object.keys(documents).map((url) => new URL(url).host), `sts.${policy.aws.region}.amazonaws.com`];
  return {
    documents,
    keys,
    hosts: [...new Set([...hosts, "sts.googleapis.com", "iamcredentials.googleapis.com"])],
    http: events(http, httpEvent),
    rest: events(rest, restEvent),
  };
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

/** Placeholders. None is ever called or looked up. */
const AWS = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "ASIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "of-the-benchmark",
  AWS_SESSION_TOKEN: "of-the-benchmark",
};
