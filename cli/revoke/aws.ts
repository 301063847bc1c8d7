import { REVOKED_VARIABLE } from "../../intent/model/names";
import { projectError, usageError } from "../process/command-error";
import { type Json, jsonIn } from "../process/json";
import type { Shell } from "../process/shell";
import type { Api } from "./synthesized-door";

/** A little longer than the tool's own waiters, which poll 300 times, one second apart. */
const WAIT_SECONDS = 330;

/**
 * The tool `aws` with the person's own credentials. Its output is never printed, because it contains environment
 * variables.
 */
export class AwsCli {
  constructor(
    private readonly shell: Shell,
    private readonly region: string,
  ) {}

  /** Runs one call and parses its output. */
  call(...args: readonly string[]): Json {
    return this.run(args);
  }

  /** Runs a call that waits, for some minutes at most. */
  wait(...args: readonly string[]): void {
    this.run(args, WAIT_SECONDS);
  }

  private run(args: readonly string[], seconds?: number) {
    const { code, out, error } = this.shell("aws", [...args, "--region", this.region, "--output", "json"], seconds);
    if (code !== 0) {
      const [service, action] = args;
      throw projectError(
        `aws ${service} ${action} failed: ${error.trim().split("\n").at(-1)}`,
        "this needs the AWS CLI, signed in to the environment's account (aws sso login, or AWS_PROFILE=<profile>), with " +
          "permission for this action",
      );
    }
    return out.trim() === "" ? {} : JSON.parse(out);
  }

  /** Throws for another account, because a function of that name there belongs to another owner. */
  requireAccount(account: string): void {
    const { Account } = this.call("sts", "get-caller-identity");
    if (Account === account) return;
    throw usageError(
      `aws is signed in to the account ${Account}, and the environment is in ${account}: nothing was changed`,
      "sign in to that account, as with AWS_PROFILE=<profile>",
    );
  }
}

/**
 * Writes the function's list of revoked callers. AWS replaces all variables together, so the others are written as they
 * were read, and only if no other write happened in between.
 *
 * @returns whether the list changed
 */
export function rewriteRevoked(
  aws: AwsCli,
  functionName: string,
  rewrite: (names: readonly string[]) => readonly string[],
): boolean {
  const name = ["--function-name", functionName];
  const { Environment, RevisionId } = aws.call("lambda", "get-function-configuration", ...name);
  const { [REVOKED_VARIABLE]: before, ...others } = (Environment?.Variables ?? {}) as Record<string, string>;
  if (Environment?.Error !== undefined) {
    throw projectError(
      `function ${functionName}: AWS does not return its variables, so an update would remove the others`,
      "use an identity that may decrypt them (kms:Decrypt)",
    );
  }
  const names = namesIn(before, functionName);
  const after = [...new Set(rewrite(names))].sort();
  if (JSON.stringify(after) === JSON.stringify(names)) return false;
  const Variables = { ...others, ...(after.length > 0 && { [REVOKED_VARIABLE]: JSON.stringify(after) }) };
  const environment = ["--environment", JSON.stringify({ Variables })];
  aws.call("lambda", "update-function-configuration", ...name, "--revision-id", RevisionId, ...environment);
  return true;
}

/** Waits until the function runs with the last write. An older instance still answers with the old list. */
export function waitUntilUpdated(aws: AwsCli, functionName: string): void {
  aws.wait("lambda", "wait", "function-updated-v2", "--function-name", functionName);
}

function namesIn(text: string | undefined, functionName: string): readonly string[] {
  const names: unknown = jsonIn(text ?? "[]");
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return [...names].sort();
  throw projectError(
    `function ${functionName}: its variable ${REVOKED_VARIABLE} is not a JSON list of names, so it refuses every caller`,
    "correct it by hand, or deploy",
  );
}

/** An alias through which API Gateway calls the function. It exists only with provisioned concurrency. */
export interface Alias {
  readonly name: string;
  /** Version that decides the calls. */
  readonly version: string;
  /** Revision of the alias when it was read. Every move changes it. */
  readonly revision: string;
}

/**
 * The function's aliases, from AWS, because the committed files may be newer or older than the deployment. A call
 * through an alias does not use a changed function until the alias moves.
 */
export function aliasesOf(aws: AwsCli, functionName: string): readonly Alias[] {
  const { Aliases = [] } = aws.call("lambda", "list-aliases", "--function-name", functionName);
  return (Aliases as readonly Record<"Name" | "FunctionVersion" | "RevisionId", string>[]).map((alias) => ({
    name: alias.Name,
    version: alias.FunctionVersion,
    revision: alias.RevisionId,
  }));
}

/**
 * Publishes the function as it is now, and makes an alias call that version with all of its calls. A published version
 * cannot be changed, so it has the list of callers that it was published with. If nothing has changed since the last
 * version, AWS returns that one, so the command can be repeated.
 *
 * AWS refuses the move if the alias has moved since it was read. Another revocation may have published a later version
 * meanwhile, with one more name in its list.
 */
export function moveAliasToNewVersion(aws: AwsCli, functionName: string, alias: Alias): void {
  const of = ["--function-name", functionName];
  const { Version: version } = aws.call("lambda", "publish-version", ...of);
  aws.wait("lambda", "wait", "published-version-active", ...of, "--qualifier", version);
  const target = [...of, "--name", alias.name];
  const all = ["--routing-config", JSON.stringify({ AdditionalVersionWeights: {} })];
  aws.call("lambda", "update-alias", ...target, "--revision-id", alias.revision, "--function-version", version, ...all);
  const { FunctionVersion, RoutingConfig } = aws.call("lambda", "get-alias", ...target);
  const others = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
  if (FunctionVersion === version && others.length === 0) return;
  const found = [...new Set([FunctionVersion, ...others])].filter((each) => each !== version).join(" and ");
  throw projectError(
    `function ${functionName}: its alias ${alias.name} still calls version ${found}, expected ${version} only`,
    "if provisioned concurrency was configured for the alias, Lambda does that until new instances are started",
  );
}

/**
 * Changes the stage variable `policy`. It is part of every cache key, so no cached result is found again. Any new value
 * works; this one names the reason.
 */
export function discardCachedResults(aws: AwsCli, api: Api, tags: Readonly<Record<string, string>>): void {
  const policy = `revoked-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  if (api.kind === "http") {
    const { Items } = aws.call("apigatewayv2", "get-apis");
    const apiId = idOfApi(api, tags, Items, { id: "ApiId", name: "Name", tags: "Tags" });
    const stage = ["--api-id", apiId, "--stage-name", api.stage];
    const { StageVariables } = aws.call("apigatewayv2", "get-stage", ...stage);
    const variables = JSON.stringify({ ...StageVariables, policy });
    aws.call("apigatewayv2", "update-stage", ...stage, "--stage-variables", variables);
    return;
  }
  const { items } = aws.call("apigateway", "get-rest-apis");
  const id = idOfApi(api, tags, items, { id: "id", name: "name", tags: "tags" });
  const operation = `op=replace,path=/variables/policy,value=${policy}`;
  const stage = ["--rest-api-id", id, "--stage-name", api.stage];
  aws.call("apigateway", "update-stage", ...stage, "--patch-operations", operation);
}

/** Id of the API. API names are not unique, so the environment's tags identify the API. */
function idOfApi(
  { name }: Api,
  tags: Readonly<Record<string, string>>,
  items: readonly Record<string, unknown>[] = [],
  keys: { readonly id: string; readonly name: string; readonly tags: string },
): string {
  const found = items.filter((item) => {
    const own = (item[keys.tags] ?? {}) as Record<string, string>;
    return item[keys.name] === name && Object.entries(tags).every(([tag, value]) => own[tag] === value);
  });
  const [api] = found;
  if (api !== undefined && found.length === 1) return String(api[keys.id]);
  const wanted = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  throw projectError(`${found.length} APIs are called ${name} and tagged ${wanted.join(" and ")}, expected one`);
}
