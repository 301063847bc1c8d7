import type { Chance } from "../cedar/draw";
import type { Request } from "./evaluator";
import type { Statement, Statements } from "./statements";

type Value = Request["Context"][string];

/** What requests are made of. */
export interface Pools {
  readonly principals: readonly Request["Principal"][];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** By condition key. Undefined: the request lacks the key. */
  readonly values: Readonly<Record<string, readonly (Value | undefined)[]>>;
}

/** Principals that no document names: of another account, of another provider, another service, and without a signature. */
const UNKNOWN: readonly Request["Principal"][] = [
  { AWS: "arn:aws:iam::999999999999:role/terraform" },
  { AWS: "arn:aws:iam::999999999999:root" },
  { Federated: "arn:aws:iam::111122223333:oidc-provider/issuer.example.com" },
  { Service: "ec2.amazonaws.com" },
];
const UNSIGNED = { AWS: "arn:aws:iam::999999999999:user/unsigned" };
/** Actions that no document names. */
const NEIGHBOURS = [
  "iam:CreateUser",
  "kms:Decrypt",
  "lambda:InvokeFunctionUrl",
  "s3:PutBucketPolicy",
  "sts:TagSession",
];
const ELSEWHERE = ["arn:aws:s3:::elsewhere", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:other"];

/** Everything that these statements name, and more of each kind. */
export function poolsOf(all: readonly Statement[]): Pools {
  const named = all.flatMap(principalsIn);
  const actions = all.flatMap(({ Action = [], NotAction = [] }) => [...Action, ...NotAction]).flatMap(actionsLike);
  const resources = all.flatMap(({ Resource = [], NotResource = [] }) => [...Resource, ...NotResource]);
  const values: Record<string, Set<string>> = {};
  for (const { Condition = {} } of all)
    for (const [operator, keys] of Object.entries(Condition))
      for (const [key, each] of Object.entries(keys)) {
        if (key === "aws:PrincipalArn") continue;
        values[key] ??= new Set([""]);
        for (const value of candidates(operator, each)) values[key].add(JSON.stringify(value));
      }
  return {
    principals: distinct([...named, ...UNKNOWN, UNSIGNED]),
    actions: distinct([...actions, ...NEIGHBOURS]),
    resources: distinct([...resources.flatMap(resourcesLike), ...ELSEWHERE]),
    values: Object.fromEntries(
      Object.entries(values).map(([key, texts]) => [key, [...texts].map((each) => each && JSON.parse(each))]),
    ),
  };
}

/** Requests that a statement is about, and some that differ in their principal, action, resource or one condition. */
export function around(statement: Statement, pools: Pools, chance: Chance): readonly Request[] {
  const { Principal, Action, Resource, Condition = {} } = statement;
  const principals = [...principalsIn(statement), ...(Principal === "*" ? pools.principals : [])];
  const actions = Action?.flatMap(actionsLike) ?? [...(statement.NotAction ?? []), ...chance.some(pools.actions, 0.1)];
  const resources = Resource?.flatMap(resourcesLike) ?? chance.some(pools.resources, 0.1);
  const keys = Object.values(Condition).flatMap(Object.keys);
  const own = principals.flatMap((principal) =>
    actions.flatMap((action) =>
      resources.flatMap((resource) =>
        contexts(keys, pools).map((context) => requestOf(principal, action, resource, context)),
      ),
    ),
  );
  return distinct(own.flatMap((each) => [each, changed(each, pools, chance), inContext(each, pools, chance)]));
}

/** A request of the pools alone, with at most two conditions. */
export function anyRequest(pools: Pools, chance: Chance): Request {
  const context: Record<string, Value | undefined> = {};
  for (const key of Object.keys(pools.values))
    if (chance.is(1 / Object.keys(pools.values).length)) context[key] = chance.one(pools.values[key] ?? []);
  return requestOf(chance.one(pools.principals), chance.one(pools.actions), chance.one(pools.resources), context);
}

/** Requests around each statement, and `others` of the pools alone, without duplicates. */
export function sample(sides: readonly Statements[], chance: Chance, others: number): readonly Request[] {
  const all = sides.flatMap(({ trust, other }) => [...trust, ...other]);
  const pools = poolsOf(all);
  const any = Array.from({ length: others }, () => anyRequest(pools, chance));
  return distinct([...all.flatMap((each) => around(each, pools, chance)), ...any]);
}

/** The same request with a value of every key that it lacks: other statements may deny it without one. */
function inContext({ Principal, Action, Resource, Context }: Request, pools: Pools, chance: Chance): Request {
  const drawn = Object.entries(pools.values).map(([key, values]) => [key, chance.one(values)]);
  return requestOf(Principal, Action, Resource, { ...Object.fromEntries(drawn), ...Context });
}

function changed(request: Request, pools: Pools, chance: Chance): Request {
  const { Principal, Action, Resource, Context } = request;
  const key = chance.one(Object.keys(pools.values));
  switch (chance.one(["principal", "action", "resource", "condition"])) {
    case "principal":
      return requestOf(chance.one(pools.principals), Action, Resource, Context);
    case "action":
      return requestOf(Principal, chance.one(pools.actions), Resource, Context);
    case "resource":
      return requestOf(Principal, Action, chance.one(pools.resources), Context);
    default:
      return key === undefined
        ? request
        : requestOf(Principal, Action, Resource, { ...Context, [key]: chance.one(pools.values[key] ?? []) });
  }
}

/** AWS sets `aws:PrincipalArn` itself, for every signed request of an AWS principal. */
function requestOf(
  principal: Request["Principal"],
  action: string,
  resource: string,
  context: Readonly<Record<string, Value | undefined>>,
): Request {
  const isSigned = principal.AWS !== undefined && principal !== UNSIGNED;
  const Context = Object.fromEntries(
    Object.entries({ ...context, "aws:PrincipalArn": isSigned ? principal.AWS : undefined }).filter(
      ([, value]) => value !== undefined && value !== "",
    ),
  );
  return { Principal: principal, Action: action, Resource: resource, Context: Context as Request["Context"] };
}

function contexts(keys: readonly string[], pools: Pools): readonly Record<string, Value | undefined>[] {
  return keys
    .filter((key) => key !== "aws:PrincipalArn")
    .reduce<readonly Record<string, Value | undefined>[]>(
      (found, key) => found.flatMap((each) => (pools.values[key] ?? []).map((value) => ({ ...each, [key]: value }))),
      [{}],
    );
}

/** Values that satisfy and that violate a condition. Which do what is for the evaluator to find out. */
function candidates(operator: string, values: readonly string[]): readonly Value[] {
  if (operator === "Bool") return [true, false];
  if (/IpAddress$/.test(operator)) return [...values.map((each) => each.replace(/\/\d+$/, "")), "198.51.100.7"];
  if (operator.startsWith("Numeric"))
    return values.flatMap((each) => [-1, 0, 1].map((by) => String(Number(each) + by)));
  const texts = values.flatMap((each) => [each.replaceAll("*", "x"), `${each.replaceAll("*", "x")}x`]);
  return operator.startsWith("ForAllValues:") ? [[], texts.slice(0, 1), texts, texts.slice(0, 2)] : texts;
}

/** Those that a statement names, and those that its condition names. */
function principalsIn({ Principal, Condition = {} }: Statement): readonly Request["Principal"][] {
  const named = Principal === "*" ? [] : Object.entries(Principal);
  return [
    ...named.flatMap(([kind, ids]) => ids.map((id) => ({ [kind]: id }))),
    ...Object.values(Condition).flatMap((keys) => (keys["aws:PrincipalArn"] ?? []).map((AWS) => ({ AWS }))),
  ];
}

function actionsLike(pattern: string): readonly string[] {
  if (pattern === "*") return NEIGHBOURS;
  if (pattern.endsWith(":*")) return ["GetObject", "PutBucketPolicy"].map((name) => pattern.replace("*", name));
  const action = pattern.replaceAll("*", "Any");
  return [action, `${action}Later`];
}

function resourcesLike(pattern: string): readonly string[] {
  if (pattern === "*") return ELSEWHERE;
  const filled = pattern.replaceAll("?", "1").replaceAll("*", "a/b:c");
  return distinct([filled, pattern.replaceAll("*", ""), `${filled}x`, filled.replace(/:\d{12}:/, ":999999999999:")]);
}

export function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((each) => [JSON.stringify(each), each])).values()];
}
