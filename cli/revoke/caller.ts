import type { PolicyIssuer } from "../../contract/policy-file";
import { callerName } from "../../intent/model/names";
import { suggestion } from "../../intent/model/nearest";
import { usageError } from "../process/command-error";
import { readIntents } from "../synthesis/intents";
import type { Door } from "./synthesized-door";

/** A caller that the functions know. */
export interface RevocableCaller {
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
  if (issuer.grants === "token") return issuer.clients.map((id) => ({ name: named(id), id, listedBy: issuer.id }));
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
