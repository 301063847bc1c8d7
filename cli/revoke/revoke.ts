import { setTimeout } from "node:timers/promises";
import type { PolicyIssuer } from "../../contract/policy-file";
import { callerName } from "../../intent/model/names";
import { suggestion } from "../../intent/model/nearest";
import { CommandError, projectError, usageError } from "../process/command-error";
import { quoted, type Shell, systemShell } from "../process/shell";
import { readIntents } from "../synthesis/intents";
import {
  AwsCli,
  aliasesOf,
  discardCachedResults,
  moveAliasToNewVersion,
  rewriteRevoked,
  waitUntilUpdated,
} from "./aws";
import { type Door, doorOf } from "./synthesized-door";

/** Options of the command. Its help describes each of them. */
export interface RevokeOptions {
  readonly undo?: boolean;
  readonly dryRun?: boolean;
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
 * old result again.
 */
export async function revoke(
  environment: string,
  client: string,
  { undo = false, dryRun = false }: RevokeOptions,
  shell: Shell = systemShell,
  pause: Pause = setTimeout,
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
  for (const line of undo ? letIn(environment, caller.name, isAliased) : howLong({ ...door, isAliased }, caller)) {
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
): readonly string[] {
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
      ? `    disabled: true at the client in config/${environment}.yaml, then npm run deploy -- ${environment}`
      : `    remove it from issuers.${listedBy}.clients in config/, then npm run deploy -- ${environment}`,
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
