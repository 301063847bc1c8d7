import { keysOfOne, reachedBy } from "../../contract/route-selection";
import { clientsOf, type Draft } from "../derived/draft";
import { expandRoutes } from "../derived/routes";
import { declaredCallers } from "../model/declared-callers";
import { ACTIONS, AGENTS, ANYONE, type Expectation, GATEWAY, namedCallers } from "../model/expectation";
import { suggestion } from "../model/nearest";
import type { Problem } from "../model/problem";
import type { ByEnvironment } from "../schema/by-environment";
import { problemAt } from "../schema/collapse";
import { ALL, type ExpectationConfig } from "../schema/expectations";
import { placeAt } from "../schema/reference";
import { findingAt, type Verdict } from "../source/finding";
import type { Path } from "../source/located";

type File = ByEnvironment<readonly ExpectationConfig[]>;

/** The statements that an environment must keep: those of all environments, those of its primary, then its own. */
export function expectationsOf(
  { environment, twinOf = environment }: Draft,
  { tree, of }: File,
): readonly Expectation[] {
  if (tree === undefined) return [];
  const keys = [...new Set([ALL, twinOf, environment])];
  const entries = keys.flatMap((key) => of(key) ?? []);
  const roles = entries.flatMap(({ role, permissions }) => (role && permissions ? [[role, permissions] as const] : []));
  const addressesOf = (key: string) =>
    (of(key) ?? []).flatMap(({ grantsNothing = [] }, index) =>
      [grantsNothing].flat().map((address) => ({ address, place: placeAt(tree, [key, index, "grantsNothing"]) })),
    );
  const grantsNothing = keys.flatMap((key) => addressesOf(key).map(({ address }) => address));
  // A twin lacks some resources of its primary, as the user pool.
  const addresses = [ALL, environment].flatMap(addressesOf);
  const isStated = roles.length > 0 || grantsNothing.length > 0;
  const stated = isStated && { stated: { roles: Object.fromEntries(roles), grantsNothing, addresses } };
  return keys.flatMap((key) =>
    (of(key) ?? []).flatMap((each, index) => {
      if (each.role !== undefined || each.grantsNothing !== undefined) return [];
      const because = each.because && { because: each.because };
      const statement = read(each);
      // A twin has no secret of a client: its primary's stack has it.
      const targets = statement.targets.filter((target) => twinOf === environment || !target.startsWith("clients/"));
      if (targets.length === 0) return [];
      return { ...statement, targets, ...because, ...stated, place: placeAt(tree, [key, index]) };
    }),
  );
}

function read({ who, only, may, mayNot }: ExpectationConfig): Omit<Expectation, "place" | "because"> {
  const does = may ?? mayNot ?? {};
  const except = does.except && { except: [does.except].flat() };
  const action = ACTIONS.find((each) => does[each] !== undefined) ?? "call";
  return {
    principals: [who ?? only ?? []].flat(),
    only: only !== undefined,
    may: may !== undefined,
    action,
    targets: [does[action] ?? []].flat(),
    ...except,
    ...(does.another !== undefined && { another: does.another }),
  };
}

/** Expectations that are incomplete, that can never fail, or that name what no environment of theirs has. */
export function expectationProblems(file: File, drafts: readonly Draft[]): readonly Problem[] {
  const { tree } = file;
  if (tree === undefined) return [];
  return [...tree.entries.keys()].flatMap((key) => {
    const own = drafts.filter(({ environment, twinOf }) => [ALL, environment, twinOf].includes(key));
    if (own.length === 0) return [];
    return (file.of(key) ?? []).flatMap((each, index) => {
      const faults = shapeFaults(each) ?? nameFaults(each, own);
      return faults.map(({ at, ...verdict }) => {
        const finding = findingAt(tree, [key, index, ...at], verdict);
        return problemAt(finding.origin, finding);
      });
    });
  });
}

type Fault = Verdict & { readonly at: Path };

/** Keys that do not make one statement together. */
function shapeFaults(each: ExpectationConfig): readonly Fault[] | undefined {
  const { who, only, may, mayNot, because } = each;
  const isOne = (a: unknown, b: unknown) => (a === undefined) !== (b === undefined);
  const fault = (at: Path, got: string, expected: string, remedy: string) => [{ at, got, expected, remedy }];
  const keys = Object.keys(each).join(", ") || "no key";
  if (each.role !== undefined || each.permissions !== undefined) {
    if (keys === "role, permissions" || keys === "permissions, role") return [];
    return fault([], keys, "role and permissions alone", "write a separate entry for the role and its permissions");
  }
  if (each.grantsNothing !== undefined) {
    if (keys === "grantsNothing") return [];
    return fault([], keys, "grantsNothing alone", "write a separate entry for it");
  }
  if (!isOne(who, only))
    return fault([], keys, "either who or only", "write whom it is about, as in who: customers/web");
  if (!isOne(may, mayNot))
    return fault([], keys, "either may or mayNot", "write one, as in may: { call: GET /orders }");
  const [verb, does] = may === undefined ? (["mayNot", mayNot] as const) : (["may", may] as const);
  const actions = Object.keys(does ?? {}).filter((key) => key !== "except" && key !== "another");
  if (actions.length !== 1) {
    const got = actions.join(", ") || "an empty map";
    return fault([verb], got, `one of ${ACTIONS.join(", ")}`, "write a separate expectation for each");
  }
  if (does?.except !== undefined && does.call === undefined) {
    return fault([verb, "except"], "except", "call in the same map", "remove except");
  }
  if (does?.another !== undefined) {
    const targets = [does.call ?? []].flat();
    const positions = new Set(targets.map((target) => target.split("/").indexOf(`{${does.another}}`)));
    if (positions.size !== 1 || positions.has(-1)) {
      const expected = "a variable that has the same place in the path of each call";
      return fault(
        [verb, "another"],
        JSON.stringify(does.another),
        expected,
        "correct it, or write it as in another: tenant",
      );
    }
  }
  if (because !== undefined && mayNot?.call === undefined) {
    return fault(["because"], "a reason", "mayNot: { call: … } in the same expectation", "remove because");
  }
  if (only === undefined) return undefined;
  if (mayNot !== undefined) return fault(["only"], "only with mayNot", "only with may", "write who in place of only");
  if ([only].flat().includes(ANYONE)) {
    return fault(["only"], ANYONE, "named callers: with anyone, this could not fail", "write who in place of only");
  }
  return undefined;
}

/**
 * Principals that fit nothing in any of the environments, and targets that fit nothing in one of them: the statement would
 * hold there whatever happens.
 */
function nameFaults(each: ExpectationConfig, drafts: readonly Draft[]): readonly Fault[] {
  const { action, principals, targets, except } = read(each);
  const verb = each.may === undefined ? "mayNot" : "may";
  const does = each.may ?? each.mayNot;
  const names = drafts.flatMap((draft) => (action === "call" ? callerNames(draft) : principalNames(draft)));
  const namesIn = new Map(drafts.map((draft) => [draft, targetNames(draft, action)]));
  const targetFaults = (at: Path, name: string, outside?: readonly string[]) => {
    const lacking = drafts.filter((draft) => !hasTarget(draft, action, name, namesIn.get(draft) ?? [], outside));
    if (lacking.length === 0) return [];
    const known = lacking.flatMap((draft) => namesIn.get(draft) ?? []);
    const remedy = lacking.length < drafts.length ? "write it under each environment that has it, or " : "";
    return unknown(at, { name, kind: KINDS[action], lacking, remedy }, known);
  };
  return [
    ...principals.flatMap((name, index) => {
      const at = pathOf(each.who ?? each.only, [each.who === undefined ? "only" : "who"], index);
      return names.includes(name) ? [] : unknown(at, { name, kind: "a principal", lacking: drafts }, names);
    }),
    ...targets.flatMap((name, index) => targetFaults(pathOf(does?.[action], [verb, action], index), name, except)),
    ...(except ?? []).flatMap((name, index) => targetFaults(pathOf(does?.except, [verb, "except"], index), name)),
  ];
}

/**
 * Whether an environment has the secret or the service, or a route that takes a request of the target.
 *
 * @param names of the environment's targets of this action
 */
function hasTarget(
  draft: Draft,
  action: Expectation["action"],
  name: string,
  names: readonly string[],
  except?: readonly string[],
): boolean {
  if (action !== "call" || (except === undefined && names.includes(name))) return names.includes(name);
  return reachedBy(name, keysOfOne(draft.gateway.kind, names), { except }).length > 0;
}

const KINDS = { call: "a route", readSecrets: "a secret", invoke: "a service" } as const;

interface Unknown {
  readonly name: string;
  readonly kind: string;
  /** The environments without it. */
  readonly lacking: readonly Draft[];
  /** Comes before the usual remedy. */
  readonly remedy?: string;
}

function unknown(at: Path, { name, kind, lacking, remedy = "" }: Unknown, known: readonly string[]): readonly Fault[] {
  const where = lacking.map(({ environment }) => environment).join(", ");
  return [
    {
      at,
      got: JSON.stringify(name),
      expected: `${kind} in ${where}: what fits nothing cannot fail`,
      remedy: `${remedy}correct or remove it; ${suggestion(name, known)}`,
    },
  ];
}

/** A list's item, or the one text in its place. */
function pathOf(value: unknown, path: Path, index: number): Path {
  return Array.isArray(value) ? [...path, index] : path;
}

/** Callers, and groups that are not empty. */
function callerNames({ clients, issuers }: Draft): readonly string[] {
  const callers = declaredCallers(clients, issuers);
  const groups = [AGENTS, ...new Set(callers.map(({ issuer }) => `${issuer}/*`))];
  return [
    ANYONE,
    ...groups.filter((group) => namedCallers(group, callers).length > 0),
    ...callers.map(({ name }) => name),
  ];
}

/** Principals in the clouds that config names. */
function principalNames(draft: Draft): readonly string[] {
  const { services, aws, auditors } = draft;
  return [
    GATEWAY,
    ...[...services].flatMap(([id, { existing, secrets, deployedBy }]) => [
      // No stack says which account an existing service runs as.
      ...(existing === undefined ? [`service ${id}`] : []),
      ...Object.values(secrets).flatMap(({ versionAdders = [] }) => versionAdders),
      ...(typeof deployedBy === "object" ? [deployedBy.pipeline].flat() : []),
    ]),
    ...clientsOf(draft, "client_credentials").flatMap(([, { readers = [] }]) => readers),
    ...(aws.deployers ?? []),
    ...(auditors?.awsRoles ?? []),
    ...(auditors?.googleGroups ?? []).map((group) => `group:${group}`),
  ];
}

function targetNames(draft: Draft, action: Expectation["action"]): readonly string[] {
  const of = [...draft.services];
  if (action === "call") return of.flatMap(([id, { routes }]) => expandRoutes(id, routes).map(({ key }) => key));
  // No stack says who else may invoke an existing service.
  if (action === "invoke") return of.flatMap(([id, { existing }]) => (existing === undefined ? [id] : []));
  return [
    ...of.flatMap(([, { secrets }]) => Object.values(secrets).map(({ secret }) => secret)),
    ...clientsOf(draft, "client_credentials").map(([id]) => `clients/${id}`),
  ];
}
