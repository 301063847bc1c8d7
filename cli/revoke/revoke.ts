import { setTimeout } from "node:timers/promises";
import type { PolicyIssuer } from "../../contract/policy-file";
import { callerName, REVOKED_VARIABLE } from "../../intent/model/names";
import { suggestion } from "../../intent/model/nearest";
import { twinsOf } from "../../intent/schema/twin-files";
import { CommandError, EXIT, projectError, usageError } from "../process/command-error";
import { type Json, jsonIn } from "../process/json";
import { CONFIG } from "../process/project";
import { quoted, type Shell, systemShell } from "../process/shell";
import { readIntents } from "../synthesis/intents";
import { type Api, type Door, doorOf } from "./synthesized-door";

/** Options of the command. Its help describes each of them. */
export interface RevokeOptions {
  readonly undo?: boolean;
  readonly dryRun?: boolean;
  readonly alone?: boolean;
}

/**
 * How long an alias may still call its former version after AWS has moved it, in milliseconds. AWS does not document a
 * time. The gateway discards its cached results only afterwards, because an old result might be cached again.
 */
const ALIAS_MILLISECONDS = 5000;

/** Waits for some milliseconds. Tests replace it. */
type Pause = (milliseconds: number) => Promise<unknown>;

/**
 * `npx front-door revoke env client`: shuts a caller out immediately, without a deploy. The functions refuse the caller, and
 * the gateway's cached results become invalid. The functions change first, because the gateway would otherwise cache an
 * old result again. A twin is changed as well.
 *
 * @throws CommandError also if one of two environments was changed and the other was not, or may be there and cannot be
 * read; it names that one
 */
export async function revoke(
  environment: string,
  client: string,
  options: RevokeOptions,
  shell: Shell = systemShell,
  pause: Pause = setTimeout,
): Promise<void> {
  const front = twinsOf(CONFIG, environment);
  const { all, unread } = options.alone ? { all: [environment], unread: [] } : front;
  // If no function decides here, none does in the twin.
  doorOf(environment);
  const left: string[] = [];
  for (const each of all) {
    try {
      await revokeIn(each, front, client, options, shell, pause);
    } catch (error) {
      if (!(error instanceof CommandError) || all.length === 1) throw error;
      // An unknown caller, or another account: nothing was changed, and nothing would be elsewhere.
      if (error.exitCode === EXIT.usage && each === environment) throw error;
      const undo = options.undo ? " --undo" : "";
      left.push(
        `not done in ${each}: ${error.message}\n    finish it: npx front-door revoke ${each} ${quoted(client)}${undo} --alone`,
      );
    }
  }
  const again = "correct the file, and run the same command again";
  for (const each of unread)
    left.push(
      `config/${each}.yaml cannot be read, or its twinOf names no environment: ${environment} may have a twin that was not changed\n    ${again}`,
    );
  if (left.length > 0) throw projectError(left.join("\n"));
}

/** The environments of one front door, and the one whose file has what they have in common. */
interface Doors {
  readonly all: readonly string[];
  readonly primary: string;
}

/** Revokes in one environment, whatever happens to its twin: one of two regions may be away. */
async function revokeIn(
  environment: string,
  doors: Doors,
  client: string,
  { undo = false, dryRun = false }: RevokeOptions,
  shell: Shell,
  pause: Pause,
): Promise<void> {
  const door = doorOf(environment);
  const caller = callerOf(door, client);
  if (dryRun) {
    for (const line of intended(door, caller.name, undo)) console.log(line);
    return;
  }
  const aws = new AwsCli(shell, door.region);
  aws.requireAccount(door.account);
  console.error(`${environment}: the function ${door.functionName} gets the list of callers that are shut out`);
  const isChanged = rewriteRevoked(aws, door.functionName, (names) =>
    undo ? names.filter((name) => name !== caller.name) : [...names, caller.name],
  );
  if (!isChanged) console.error(`${environment}: ${caller.name} is ${undo ? "not on" : "on"} that list already`);
  const isAliased = await takeEffect(aws, door, pause);
  for (const line of undo
    ? letIn(environment, caller.name, isAliased)
    : howLong({ ...door, isAliased }, caller, doors)) {
    console.log(line);
  }
}

/**
 * The steps after the function has the list: its aliases move, then the gateway discards its cached results. They also
 * run for a list that existed before, because the run that wrote it may have ended too early.
 *
 * @returns whether the gateway calls an alias
 */
async function takeEffect(aws: AwsCli, door: Door, pause: Pause): Promise<boolean> {
  const { environment, functionName, cacheSeconds } = door;
  const has = `${environment}: the function has the list, but`;
  const aliases = orExplain(`${has} calls may go through an alias that has the former one`, () => {
    waitUntilUpdated(aws, functionName);
    return aliasesOf(aws, functionName);
  });
  for (const alias of aliases) {
    const { name, version } = alias;
    console.error(`${environment}: the alias ${name} moves from version ${version} to one with that list`);
    const kept = `${has} its alias ${name} may still call version ${version}, which has the former one`;
    orExplain(kept, () => moveAliasToNewVersion(aws, functionName, alias));
  }
  if (aliases.length > 0) {
    console.error(`${environment}: waiting ${ALIAS_MILLISECONDS / 1000} s, until no call goes to the former version`);
    await pause(ALIAS_MILLISECONDS);
  }
  console.error(`${environment}: the API ${door.api.name} discards its cached results`);
  const kept = `${has} the gateway may use cached results for at most ${cacheSeconds} s`;
  orExplain(kept, () => discardCachedResults(aws, door.api, door.tags));
  return aliases.length > 0;
}

/** Adds to an error what a failed step leaves behind. */
function orExplain<T>(kept: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof CommandError ? error.message : String(error);
    throw projectError(`${reason}\n${kept}\n    run the same command again`);
  }
}

function intended({ environment, functionName, alias, api }: Door, name: string, undo: boolean): readonly string[] {
  return [
    `${environment}: ${undo ? "would let" : "would shut"} ${name} ${undo ? "in again" : "out"}`,
    `    function ${functionName}: variable REVOKED_CALLERS`,
    ...(alias === undefined ? [] : [`    function ${functionName}: a published version, and its alias ${alias}`]),
    `    API ${api.name}, stage ${api.stage}: variable policy`,
  ];
}

function letIn(environment: string, name: string, isAliased: boolean): readonly string[] {
  return [
    `${environment}: ${name} is no longer shut out by the functions`,
    `    it may do what synthesized/${environment}/access.md says, unless config disables it`,
    ...(isAliased ? [onDemand] : []),
  ];
}

/** A revocation's version gets no provisioned concurrency, because its instances would be in no plan and stay. */
const onDemand = "    started instances   not used any more; until the next deploy Lambda starts instances on demand";

/** The report: the effect, which of the caller's requests may still pass and for how long, and the next steps. */
function howLong(
  {
    environment,
    tokenMinutes,
    answerSeconds,
    cacheSeconds,
    isAliased,
  }: Omit<Door, "policy"> & { readonly isAliased: boolean },
  { name, clientIdFrom, listedBy }: RevocableCaller,
  { all, primary }: Doors,
): readonly string[] {
  const deploys = all.map((each) => `npm run deploy -- ${each}`).join(" and ");
  const minutes = clientIdFrom === undefined ? undefined : tokenMinutes[clientIdFrom];
  const tokens =
    minutes === undefined
      ? "as long as their issuer set; this front door accepts none of them"
      : `${minutes} minutes at most, and its secret or refresh token gets new ones; this front door accepts none of them`;
  return [
    `${environment}: ${name} is shut out`,
    "    new calls           refused from now on",
    `    cached results      invalidated; without this they would have been valid for ${cacheSeconds} s`,
    `    calls under way     end by themselves, within ${answerSeconds} s`,
    `    tokens it holds     live ${tokens}`,
    ...(isAliased ? [onDemand] : []),
    "settle it in config: the next plan shows these changes as drift, and npm run deploy refuses to undo them",
    listedBy === undefined
      ? `    disabled: true at the client in config/${primary}.yaml, then ${deploys}`
      : `    remove it from issuers.${listedBy}.clients in config/, then ${deploys}`,
    `    or let it in again: npx front-door revoke ${environment} ${quoted(name)} --undo`,
    "a deploy that is under way now may undo this: run the command again after it",
  ];
}

/** A caller that the functions know. */
interface RevocableCaller {
  /** `<issuer>/<client>`, as logs and the access ledger name it. */
  readonly name: string;
  /** Variable with its app client id; undefined if another issuer vouches for the caller. */
  readonly clientIdFrom?: string;
  /**
   * The issuer that lists the caller. Set if its tokens carry their own grants and config has no client of that name.
   */
  readonly listedBy?: string;
}

/**
 * The caller of that name, or with that id in the config. Revoking an unknown name would do nothing and look like
 * success.
 */
export function callerOf(
  { environment, policy }: Pick<Door, "environment" | "policy">,
  client: string,
): RevocableCaller {
  const known = policy.issuers.flatMap(callersOfIssuer);
  const ids = idsOfConfig(environment);
  const found = known.filter(({ name, id }) => name === client || id === client || ids.get(client) === name);
  const [caller, other] = found;
  if (caller === undefined) {
    const words = [...known.map(({ name }) => name), ...known.flatMap(({ id }) => id ?? []), ...ids.keys()];
    throw usageError(
      `${environment}: the functions know no caller ${JSON.stringify(client)}; ${suggestion(client, words)}`,
    );
  }
  if (other !== undefined) {
    const names = found.map(({ name }) => name).join(", ");
    throw usageError(`${environment}: ${client} may be any of ${names}`, "write the whole name");
  }
  return caller;
}

function callersOfIssuer(issuer: PolicyIssuer): readonly (RevocableCaller & { readonly id?: string })[] {
  const named = (name: string) => `${issuer.id}/${name}`;
  if (issuer.kind === "cognito") {
    return issuer.clients.map(({ id, clientIdFrom }) => ({ name: named(id), id, clientIdFrom }));
  }
  if (issuer.kind === "aws-iam") return issuer.subjects.map(({ subject }) => ({ name: named(subject) }));
  if (issuer.grants === "token") {
    return issuer.clients.map((each) =>
      typeof each === "string"
        ? { name: named(each), id: each, listedBy: issuer.id }
        : { name: named(each.id), id: each.id },
    );
  }
  return [
    ...issuer.subjects.map(({ subject }) => ({ name: named(subject) })),
    ...(issuer.claimants ?? []).map(({ id }) => ({ name: named(id), id })),
  ];
}

/** Finds the subject for an id of the config, which people know. A config with problems must not stop a revocation. */
function idsOfConfig(environment: string): ReadonlyMap<string, string> {
  try {
    const intent = readIntents().find((each) => each.environment === environment);
    return new Map(intent?.clients.map((client) => [client.id, callerName(client)]));
  } catch {
    return new Map();
  }
}

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
interface Alias {
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
function aliasesOf(aws: AwsCli, functionName: string): readonly Alias[] {
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
function moveAliasToNewVersion(aws: AwsCli, functionName: string, alias: Alias): void {
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
