import { type Rule, rotatedClients } from "../derived/draft";
import { GOOGLE_ACCOUNT_ID_MAX, GOOGLE_ACCOUNT_ID_MIN, POOL_ID_MAX, POOL_ID_MIN } from "../model/limits";
import * as names from "../model/names";
import type { Path } from "../source/located";

/** Characters left for name, environment and service, after two dashes and the runtime account's suffix. */
const TOGETHER = GOOGLE_ACCOUNT_ID_MAX - "--".length - names.RUNTIME_SUFFIX.length;

/** A service has the same name in both clouds. Google's service accounts have the tightest length limit. */
export const namesFit: Rule = ({ prefix, services }, report) => {
  for (const [id, service] of services) {
    const invoker = names.serviceName(prefix, names.namedAs(id, service));
    const runtime = names.runtimeAccount(invoker);
    const excess = runtime.length - GOOGLE_ACCOUNT_ID_MAX;
    if (excess > 0) {
      report(["services", id], {
        got: `${runtime} (${runtime.length} characters) as the runtime account of service ${id}`,
        expected: `at most ${GOOGLE_ACCOUNT_ID_MAX} (Google's limit for a service account id)`,
        remedy: `shorten the name, the environment or the service by ${excess}: ${TOGETHER} characters together`,
      });
    }
    if (invoker.length < GOOGLE_ACCOUNT_ID_MIN) {
      report(["services", id], {
        got: `${invoker} (${invoker.length} characters) as the invoker account of service ${id}`,
        expected: `at least ${GOOGLE_ACCOUNT_ID_MIN} (Google's limit for a service account id)`,
        remedy: `lengthen the name, the environment or the service by ${GOOGLE_ACCOUNT_ID_MIN - invoker.length}`,
      });
    }
  }
};

/** The pool is named after the environment, so the pool's limits also limit that name. */
export const poolIdFits: Rule = ({ prefix, federation }, report) => {
  const id = names.poolId(prefix, federation.generation);
  const got = `${id} (${id.length} characters) as the workload identity pool`;
  if (id.length > POOL_ID_MAX || id.length < POOL_ID_MIN) {
    report(["name"], {
      got,
      expected: `${POOL_ID_MIN}-${POOL_ID_MAX} (Google's limits for a pool id)`,
      remedy: id.length > POOL_ID_MAX ? "shorten the name or the environment" : "lengthen the name or the environment",
    });
  }
  if (id.startsWith("gcp-")) {
    report(["name"], {
      got,
      expected: "an id that does not start with gcp- (Google reserves it)",
      remedy: "choose another name",
    });
  }
};

/**
 * Names in the stack must not clash: a service's role with a function's or a rotation's, or an invoker with a runtime
 * account.
 */
export const serviceIdsAreFree: Rule = (draft, report) => {
  const rotates = rotatedClients(draft).length > 0;
  const released = [...draft.services].filter(([, { deployedBy }]) => deployedBy !== undefined).map(([id]) => id);
  for (const [id, service] of draft.services) {
    // Terraform addresses are derived from the key, account ids from the name.
    const both = [id, names.namedAs(id, service)];
    const refuse = (isTaken: (name: string) => boolean, expected: string) => {
      if (both.some(isTaken))
        report(["services", id], { got: `the service ${id}`, expected, remedy: "rename the service" });
    };
    refuse(
      (name) => names.FUNCTION_IDS.some((taken) => taken === name),
      "another name (the stack creates a role of that name)",
    );
    refuse(
      (name) => name.endsWith(names.RUNTIME_SUFFIX),
      `a name that does not end in ${names.RUNTIME_SUFFIX} (runtime accounts do)`,
    );
    refuse(
      (name) => released.some((other) => name === `${other}-release`),
      "another name (the grants of a service with deployedBy have that one)",
    );
    refuse(
      (name) => rotates && name.startsWith(names.ROTATION_START),
      `a name that does not start with ${names.ROTATION_START} (functions that rotate secrets do)`,
    );
  }
};

/** The clouds would refuse a gateway without services, because its trust condition would be empty. */
export const someService: Rule = ({ services }, report) => {
  if (services.size > 0) return;
  report(["services"], {
    got: "no service",
    expected: "at least one",
    remedy: "add a service, or remove the environment's file",
  });
};

/** A former name must not be reused: two declarations would have the same Terraform address. */
export const previousNamesAreGone: Rule = ({ services, clients }, report) => {
  const check = (path: Path, entries: Iterable<readonly [string, unknown]>) => {
    const all = [...entries];
    const keys = all.map(([key]) => key);
    const before = all.map(([, entry]) => previousNameIn(entry));
    for (const [index, name] of before.entries()) {
      if (name === undefined) continue;
      const key = keys[index] ?? "";
      const other = keys.includes(name) ? name : keys.find((_, at) => at !== index && before[at] === name);
      if (other === undefined) continue;
      report([...path, key, "previousName"], {
        got: `${JSON.stringify(name)}, which is ${other === name ? "a name in use" : `the former name of ${other} too`}`,
        expected: "a name that nothing else has or had",
        remedy: other === key ? "remove it: the name has not changed" : `correct it, or rename ${other}`,
      });
    }
  };
  check(["services"], services);
  check(["clients"], clients);
  for (const [id, { routes }] of services) check(["services", id, "routes"], routes);
};

function previousNameIn(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null || !("previousName" in entry)) return undefined;
  return typeof entry.previousName === "string" ? entry.previousName : undefined;
}
