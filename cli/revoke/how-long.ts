import { quoted } from "../process/shell";
import type { RevocableCaller } from "./caller";
import type { Door } from "./synthesized-door";

/** The version that a revocation publishes has no provisioned concurrency: instances that no plan knows would stay. */
export const onDemand =
  "    started instances   get no more calls; until the next deploy Lambda starts instances on demand";

/** What a revocation did, which of the caller's requests may still pass and for how long, and what to do next. */
export function howLong(
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
    `    or let it in again: npm run revoke -- ${environment} ${quoted(name)} --undo`,
    "a deploy that is under way now may undo this: run the command again after it",
  ];
}
