import type { EnvoyPolicy } from "../../../contract/envoy/policy";
import { type AccessPolicy, EMPTY_POLICY } from "../../../contract/policy-file";
import type { Fact, Named, RowFacts } from "../model/fact";
import { placeOf } from "../model/place";
import type { AccessRow } from "../model/row";
import { conditionsOf, type Statement } from "../terraform-json/iam-statements";
import { isUnset, listOf, type Resource, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { named, ownRole, plain, readable, soleText } from "../types/named";
import { auditorRows } from "./auditor-rows";
import { type AwsPolicy, awsPolicies } from "./aws-policies";
import { agentRows, revokedRows } from "./callers";
import { unreadEnvoyRows } from "./envoy-route-rows";
import { type Envoys, envoysOf } from "./envoys";
import { openingRows, usageRows } from "./gateway/opening-rows";
import { googleRows } from "./google-rows";
import { issuerRows } from "./issuer-rows";
import { mintRows, routeRows } from "./route-rows";
import { unreadRows } from "./unread-rows";

interface Sources {
  readonly stack: StackJson;
  readonly policy: AccessPolicy;
  /** The policy; `"not read"` if the functions decide by rules that are not readable here. */
  readonly given: AccessPolicy | "not read";
  readonly envoys: Envoys;
}

/** The rows of each part. Those of the auditors are not here, because they depend on all others. */
const PARTS: Readonly<Record<string, (sources: Sources) => readonly AccessRow[]>> = {
  routes: ({ stack, policy, given, envoys }) => [...routeRows(stack, given, envoys), ...mintRows(stack, policy)],
  openings: ({ stack }) => openingRows(stack),
  usage: ({ stack, policy }) => usageRows(stack, policy),
  callers: ({ stack, policy, envoys }) => [
    ...issuerRows(stack, policy, envoys),
    ...agentRows(stack, policy),
    ...revokedRows(stack),
  ],
  aws: ({ stack }) => [...awsRows(stack), ...functionRows(stack)],
  google: ({ stack, envoys }) => googleRows(stack, envoys),
  unread: ({ stack, envoys }) => [...unreadRows(stack), ...unreadEnvoyRows(stack, envoys)],
};

/**
 * The access ledger of a stack: every principal with its permissions, resources and conditions, in both clouds. Computed
 * only from `main.tf.json` and the policies next to it. Cached, because one state is often compared with many others:
 * neither the stack nor a policy may change after it was read.
 *
 * @param given the policy in the functions' zip. Without one no function decides
 * @param envoy the policy that the Envoys in the stack enforce. Without one no Envoy is read
 */
export function accessLedger(
  stack: StackJson,
  given: AccessPolicy | "not read" = EMPTY_POLICY,
  envoy?: EnvoyPolicy,
): readonly AccessRow[] {
  const known = ledgers.get(stack) ?? [];
  const found = known.find((each) => each.given === given && each.envoy === envoy);
  if (found !== undefined) return found.rows;
  const rows = ledgerOf(stack, given, envoysOf(stack, envoy));
  ledgers.set(stack, [...known, { given, envoy, rows }]);
  return rows;
}

interface KnownLedger {
  readonly given: AccessPolicy | "not read";
  readonly envoy: EnvoyPolicy | undefined;
  readonly rows: readonly AccessRow[];
}

let ledgers = new WeakMap<StackJson, readonly KnownLedger[]>();

function ledgerOf(stack: StackJson, given: AccessPolicy | "not read", envoys: Envoys): readonly AccessRow[] {
  const policy = given === "not read" ? EMPTY_POLICY : given;
  const sources = { stack, policy, given, envoys };
  const rows = Object.values(PARTS).flatMap((rowsOf) => rowsOf(sources));
  return [...rows, ...auditorRows(stack, rows), ...ownRows(stack)];
}

/** A row in the words of a project's own `main.ts`. */
export interface OwnRow {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  /** `-` for none. */
  readonly condition: string;
  /** A row that denies is a protection: losing it is broader. Default: `allow`. */
  readonly effect?: "allow" | "deny";
}

/** Reads additional rows from a stack, such as those of a project's own resources. */
export type RowReader = (stack: StackJson) => readonly OwnRow[];

let readers: readonly RowReader[] = [];

/** Adds the rows of these readers to every later ledger, on both sides of a comparison. */
export function useRowReaders(given: readonly RowReader[]): void {
  readers = given;
  ledgers = new WeakMap();
}

/** Their facts are texts, so that none of them looks like a fact of the ledger and hides a change of that. */
export function ownRows(stack: StackJson): readonly AccessRow[] {
  const stated = (text: string) => ({ kind: "stated", text }) as const;
  return readers
    .flatMap((read) => read(stack))
    .map(({ principal, permission, resource, condition, effect = "allow" }) => ({
      effect,
      principal: stated(principal),
      action: stated(permission),
      resource: stated(resource),
      conditions: [...(condition === "-" ? [] : [stated(condition)]), { kind: "of-main-ts" }],
      from: { address: "main.ts", argument: "" },
    }));
}

/** Types that attach policies and have a row NOT READ. */
const UNREAD = /^aws_iam_(policy_attachment|(group|user)_policy_attachments_exclusive)$/;

/** Every statement of every AWS policy: trust, permissions, resource policies, and permissions to invoke a function. */
function awsRows(stack: StackJson): readonly AccessRow[] {
  const policies = awsPolicies(stack).filter(({ by }) => !UNREAD.test(by.type));
  const byTrust = [true, false].flatMap((isTrust) => policies.filter(({ kind }) => (kind === "trust") === isTrust));
  return [
    ...byTrust.flatMap((policy) => policyRows(stack, policy)),
    ...resourcesOf(stack, "aws_lambda_permission").map((permission) => invocationRow(stack, permission)),
  ];
}

/** A row for each principal and each resource of each statement; a policy that the stack does not declare by its name. */
function policyRows(stack: StackJson, policy: AwsPolicy): readonly AccessRow[] {
  const { kind, by, holder, arn, statements, from } = policy;
  const own = holder && (holder.own === undefined ? plain(holder.text) : named(holder.own));
  if (statements === undefined && own !== undefined) {
    const action = { kind: "aws-policy", arn: String(arn) } as const;
    return [{ effect: "allow", principal: own, action, resource: { kind: "aws" }, conditions: [], from }];
  }
  return (statements ?? []).flatMap((statement) => {
    const { Effect, Action, NotAction } = statement;
    const row = {
      effect: Effect === "Allow" ? "allow" : "deny",
      action: {
        kind: "aws-actions",
        actions: listOf(NotAction ?? Action),
        not: NotAction !== undefined,
        ...(kind === "trust" && { trust: true as const }),
      },
      ...conditions(stack, statement),
      from,
    } as const;
    const resources = kind === "trust" ? [named(by)] : resourcesIn(stack, statement, policy);
    const holders = own === undefined ? principals(stack, statement) : [own];
    return holders.flatMap((principal) => resources.map((resource) => ({ principal, resource, ...row })));
  });
}

/** Only an identity's policy names roles by ARN. In the policy of an object, `*` is that object, as is no resource at all. */
function resourcesIn(stack: StackJson, { Resource: on, NotResource }: Statement, { kind, by, holder }: AwsPolicy) {
  const names = listOf(NotResource ?? on ?? "*").map((text) => readable(stack, text));
  if (NotResource !== undefined) return [{ kind: "all-except", names }] as const;
  if (kind === "object") return names.map((name) => (soleText(name) === "*" ? objectOf(stack, by) : name));
  return names.map((name) => (holder !== undefined && name.kind === "text" ? ownRole(stack, name) : name));
}

/** The object that has a policy: the resource itself, or the one to which the resource attaches it. */
function objectOf(stack: StackJson, by: Resource): RowFacts["resource"] {
  const { policy: _, ...others } = by.attributes;
  const [target] = Object.values(others).flatMap((text) => referred(stack, text) ?? []);
  if (!by.type.endsWith("_policy")) return named(by);
  const entries = Object.entries(others).filter(([, text]) => typeof text === "string");
  return target === undefined
    ? { kind: "arguments", entries: entries.map(([key, text]) => [key, plain(text)]) }
    : named(target);
}

function invocationRow(stack: StackJson, permission: Resource): AccessRow {
  const { principal, action, function_name, qualifier, source_arn, source_account } = permission.attributes;
  const alias = referred(stack, qualifier);
  // Without its address: the aliases of all functions have one name, and the function is the first part.
  const name = alias
    ? { kind: "resource" as const, type: alias.type, name: String(alias.attributes.name) }
    : plain(qualifier);
  const parts = [referredName(stack, function_name), ...(isUnset(qualifier) ? [] : [name])];
  return {
    effect: "allow",
    principal: plain(principal),
    action: { kind: "aws-actions", actions: [String(action)], not: false },
    resource: { kind: "function-version", parts },
    conditions: [
      source_arn ? { kind: "source-arn", arn: readable(stack, source_arn) } : { kind: "any-source-arn" },
      ...(source_account ? [{ kind: "source-account", account: String(source_account) } as const] : []),
    ],
    from: placeOf(permission, "principal"),
  };
}

/** The target of a reference; the text itself if it refers to nothing in this stack. */
function referredName(stack: StackJson, reference: unknown): Named {
  const resource = referred(stack, reference);
  return resource === undefined ? plain(reference) : named(resource);
}

function principals(
  stack: StackJson,
  { Principal, NotPrincipal }: Statement,
): readonly (Named | Fact<"any-principal" | "any-principal-except" | "policy-holders">)[] {
  // An identity policy: it does not name its principal.
  if (NotPrincipal === undefined && Principal === undefined) return [{ kind: "policy-holders" }];
  if (NotPrincipal !== undefined) return [{ kind: "any-principal-except", principals: JSON.stringify(NotPrincipal) }];
  if (typeof Principal === "string") return [Principal === "*" ? { kind: "any-principal" } : plain(Principal)];
  return Object.entries(Principal ?? {}).flatMap(([kind, value]) =>
    listOf(value).map((text) => {
      if (text !== "*") return readable(stack, text);
      // `{"AWS": "*"}` is the same as `"*"`.
      return kind === "AWS" ? ({ kind: "any-principal" } as const) : plain(`${kind} *`);
    }),
  );
}

/**
 * All of a statement's conditions must hold: one more is narrower, unless the statement denies. If it denies all
 * principals or networks except those that it names, it exempts each of them.
 */
function conditions(stack: StackJson, statement: Statement): Pick<AccessRow, "conditions" | "terms"> {
  const read = conditionsOf(statement);
  const found = read.map(({ operator, key, values }): Fact => {
    return { kind: "aws-condition", key, operator, values: values.map((text) => readable(stack, text)) };
  });
  if (statement.Effect === "Allow") return { conditions: found, terms: { requires: found } };
  const [only, ...others] = read;
  const exempt = others.length > 0 ? undefined : EXEMPT[`${only?.operator} ${only?.key}`];
  return { conditions: found, ...(exempt && { terms: { permits: (only?.values ?? []).map(exempt) } }) };
}

/** By the only condition of a denial: what each of its values exempts. */
const EXEMPT: Readonly<Partial<Record<string, (value: string) => Fact>>> = {
  "ArnNotEquals aws:PrincipalArn": (arn) => ({ kind: "exempt-principal", arn }),
  "NotIpAddress aws:SourceIp": (cidr) => ({ kind: "exempt-network", cidr }),
};

/** The role of each function, and the callers that bypass every gateway with the function's own URL. */
function functionRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_lambda_function").map((each): AccessRow => {
      return {
        effect: "allow",
        principal: named(each),
        action: { kind: "run-as" },
        resource: readable(stack, each.attributes.role),
        conditions: [],
        from: placeOf(each, "role"),
      };
    }),
    ...resourcesOf(stack, "aws_lambda_function_url").map((url): AccessRow => {
      const { authorization_type: type, function_name, qualifier, cors } = url.attributes;
      const origins = listOf([cors].flat()[0]?.allow_origins);
      return {
        effect: "allow",
        // Unless the type is AWS_IAM, the provider lets anyone invoke it.
        principal:
          type === "AWS_IAM" ? { kind: "permitted", permission: "lambda:InvokeFunctionUrl" } : { kind: "anyone" },
        action: { kind: "function-url" },
        resource: referredName(stack, function_name),
        conditions: [
          type === "AWS_IAM" ? { kind: "aws-signature" } : { kind: "past-gateway", authorization: String(type) },
          ...(qualifier ? [{ kind: "function-qualifier", qualifier } as const] : []),
          ...(origins.length > 0 ? [{ kind: "pages-read", origins } as const] : []),
        ],
        from: placeOf(url),
      };
    }),
  ];
}
