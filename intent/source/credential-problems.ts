import { CREDENTIALS, credentialsIn } from "../../contract/credentials";
import type { Allowance } from "../model/intent";
import type { Problem } from "../model/problem";
import { formatPath } from "./located";
import { listFiles, readText } from "./read";

/** Rule id with which config allows a credential in one of its files. */
export const CREDENTIAL_RULE = "credential";

/**
 * Credentials in the YAML files of a folder, comments included, and allowances that none needs. No message has a part of
 * the credential. An allowance names the file and the kind: `dev.jwt`.
 */
export function credentialProblems(configDir: string, allowances: readonly Allowance[]): readonly Problem[] {
  const found = (listFiles(configDir) ?? [])
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => inFile(configDir, file));
  const own = allowances.filter(({ rule }) => rule === CREDENTIAL_RULE);
  const allowed = new Set(own.map(({ address }) => address));
  const needed = new Set(found.map(({ address }) => address));
  return [
    ...found.filter(({ address }) => !allowed.has(address)).map(({ problem }) => problem),
    ...own
      .filter(({ address }) => !needed.has(address))
      .map(({ address, place }) => ({
        ...place,
        message: `got an unused allowance for ${address} and the rule ${CREDENTIAL_RULE}, expected one that a credential needs`,
        remedy: `remove the entry, or write <file>.<kind>; kinds: ${CREDENTIALS.map(({ id }) => id).join(", ")}`,
      })),
  ];
}

function inFile(folder: string, file: string) {
  const read = readText(folder, file);
  if (!("text" in read)) return [];
  return credentialsIn(read.text).map(({ kind, at }) => {
    const before = read.text.slice(0, at).split("\n");
    const address = `${file.replace(/\.ya?ml$/, "").replaceAll("-", "_")}.${kind}`;
    const problem: Problem = {
      file: `config/${file}`,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      path: formatPath([]),
      message: `got a credential (${kind}), expected none: everyone who reads this repository, a plan or the state has it`,
      remedy: `revoke it, and write a secret (services.<id>.secrets, npm run secrets). If it is none, allow it: rule ${CREDENTIAL_RULE}, address ${address}`,
    };
    return { address, problem };
  });
}
