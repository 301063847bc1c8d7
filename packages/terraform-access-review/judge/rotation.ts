import { EXECUTION_TRUST, FUNCTION_FORM, ownLogPermission } from "../../../contract/function-form";
import {
  FIRST_LABELS,
  ROTATION_ARCHIVE,
  ROTATION_CHECK,
  ROTATION_FUNCTION,
  rotationPermissions,
  rotationVariables,
} from "../../../contract/rotation";
import {
  type AccessChange,
  GUARDS,
  type GuardChange,
  IGNORED,
  type ResourceChange,
  type RowChange,
} from "../model/change";
import type { SynthesizedState } from "../model/state";
import { documentOf, type Statement, statementsOf } from "../terraform-json/iam-statements";
import { canonical } from "../terraform-json/order";
import { referencesIn } from "../terraform-json/references";
import {
  type Attributes,
  blocksOf,
  isFields,
  listOf,
  type Resource,
  referred,
  referring,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { coveredEverywhere, typeOf } from "../types";
import { clean } from "./normal";

const ROTATION = "aws_secretsmanager_secret_rotation";

/** A rotation of a secret that existed without one. */
interface StartedRotation {
  readonly rotation: Resource;
  readonly kept: Kept;
  /** Addresses of the resources that it adds. */
  readonly added: ReadonlySet<string>;
}

/**
 * Replaces all that the start of a rotation changes by one stronger protection. A rotation needs a role that reads the
 * secret, a function with that role, and permissions to invoke the function. Each of these is broader by itself. Accepts
 * only the resources that the stacks of this program write for a rotation, with exactly the values that they write. If
 * anything differs, the whole change stays as it is.
 */
export function withStartedRotations(
  access: AccessChange,
  before: SynthesizedState,
  after: SynthesizedState,
  resources: readonly ResourceChange[],
): AccessChange {
  const started = after.isOwnCode ? startedRotations(before, after, resources) : [];
  if (started.length === 0) return access;
  return {
    rows: access.rows.filter((change) => !started.some((each) => isGrantOf(each, change))),
    guards: access.guards.flatMap((change): readonly GuardChange[] => {
      const { address, guard } = change;
      // The labels of a rotated secret's versions belong to its rotation.
      if (guard === IGNORED && started.some(({ kept }) => kept.version.address === address)) return [];
      const found = guard === GUARDS.presence && started.find(({ rotation }) => rotation.address === address);
      return [found ? startOf(found) : change];
    }),
  };
}

const DAYS = "rotation_rules.automatically_after_days";

function isGrantOf({ added, kept: { policy } }: StartedRotation, { before, after }: RowChange): boolean {
  if (after === undefined) return false;
  if (before === undefined) return added.has(after.from.address);
  return [before, after].every(({ from }) => from.address === policy.address);
}

function startOf({ rotation: { address, attributes }, kept }: StartedRotation): GuardChange {
  const days = String(attributes.rotation_rules.automatically_after_days);
  return { effect: "narrowed", address, guard: DAYS, thing: kept.secretName, before: "not set", after: days };
}

function startedRotations(
  before: SynthesizedState,
  { stack, policy, envoy }: SynthesizedState,
  resources: readonly ResourceChange[],
): readonly StartedRotation[] {
  const changes: Changes = new Map(resources.map((each) => [each.address, each]));
  const isAdded = ({ address }: Resource) => changes.get(address)?.action === "added";
  return resourcesOf(stack, ROTATION)
    .filter(isAdded)
    .flatMap((rotation): readonly StartedRotation[] => {
      const kept = keptOf([before.stack, stack], rotation, changes);
      const parts = kept && partsOf(stack, rotation, kept);
      if (kept === undefined || parts === undefined) return [];
      const isExact = ({ part, body }: Part) => isAdded(part) && canonical(bodyOf(part)) === canonical(body);
      const added = new Set(parts.map(({ part }) => part.address));
      const others = resourcesOf(stack, /./).filter(
        ({ address, type }) =>
          !added.has(address) && address !== kept.policy.address && typeOf(type).isMonitoring !== true,
      );
      const isUsed = isNamedIn(kept.name, added, [policy, envoy, ...others.map(bodyOf)]);
      return parts.every(isExact) && !isUsed ? [{ rotation, kept, added }] : [];
    });
}

type Changes = ReadonlyMap<string, ResourceChange>;

/** What existed before the rotation, and stays. */
interface Kept {
  readonly account: string;
  readonly secret: Resource;
  readonly secretName: string;
  readonly version: Resource;
  /** The secret's own policy. It exempts the role of the rotation, and is the same otherwise. */
  readonly policy: Resource;
  readonly client: Resource;
  /** The id by which config names the client. */
  readonly clientId: string;
  readonly pool: Resource;
  readonly domain: Resource;
  readonly tokenEndpoint: string;
  /** Name of the rotation's function, its role and its rule. */
  readonly name: string;
}

/** Undefined if one of them is missing or there twice, or changes in another way than a rotation changes it. */
function keptOf(
  [before, after]: readonly [StackJson, StackJson],
  { attributes }: Resource,
  changes: Changes,
): Kept | undefined {
  const location = locationOf(after);
  const secret = the(after, "aws_secretsmanager_secret", attributes.secret_id);
  const version = sole(after, "aws_secretsmanager_secret_version", "secret_id", secret);
  const policy = sole(after, "aws_secretsmanager_secret_policy", "secret_arn", secret);
  const client = version && clientIn(after, version);
  const pool = the(after, "aws_cognito_user_pool", client?.attributes.user_pool_id);
  const domain = sole(after, "aws_cognito_user_pool_domain", "user_pool_id", pool);
  const only = sole(after, ROTATION, "secret_id", secret);
  if (!location || !secret || !version || !policy || !client || !pool || !domain || !only) return undefined;
  const formerly = ({ type, name }: Resource): Attributes => before.resource[type]?.[name] ?? {};
  const isSame = (each: Resource, ...except: readonly string[]) => {
    const [was, is] = [clean({ attributes: formerly(each) }), clean(each)].map((body) => without(body, except));
    return canonical(was) === canonical(is);
  };
  const stays =
    [secret, client, domain].every(({ address }) => !changes.has(address)) &&
    isSame(version, "lifecycle", "version_stages") &&
    isSame(policy, "policy");
  const secretName = String(secret.attributes.name);
  const [, prefix, clientId] = /^([a-z0-9-]+)\/clients\/([a-z0-9-]+)$/.exec(secretName) ?? [];
  // Any other text could make the endpoint one of another host.
  const [subdomain] = /^[a-z0-9-]+$/.exec(String(domain.attributes.domain)) ?? [];
  if (!stays || prefix === undefined || clientId === undefined || subdomain === undefined) return undefined;
  const name = `${prefix}-rotate-${clientId}`;
  const role = `arn:aws:iam::${location.account}:role/${name}`;
  if (!isLabelledByRotation(version) || !exempts(formerly(policy).policy, policy.attributes.policy, role)) {
    return undefined;
  }
  const tokenEndpoint = `https://${subdomain}.auth.${location.region}.amazoncognito.com/oauth2/token`;
  const { account } = location;
  return { account, secret, secretName, version, policy, client, clientId, pool, domain, tokenEndpoint, name };
}

/** The only account and region of the stack. */
function locationOf({ provider }: StackJson): { readonly account: string; readonly region: string } | undefined {
  const [aws = {}, ...others] = blocksOf(provider.aws);
  const [account = "", ...more] = listOf(aws.allowed_account_ids);
  const region = String(aws.region);
  const isOne = others.length === 0 && more.length === 0;
  return isOne && /^\d{12}$/.test(account) && /^[a-z0-9-]+$/.test(region) ? { account, region } : undefined;
}

/** The client whose credentials a secret holds, if it holds nothing else of this stack. */
function clientIn(stack: StackJson, { attributes }: Resource): Resource | undefined {
  const named = referencesIn(String(attributes.secret_string_wo)).map(({ address }) => address);
  const [address, ...others] = new Set(named);
  return address === undefined || others.length > 0
    ? undefined
    : the(stack, "aws_cognito_user_pool_client", `\${${address}.id}`);
}

function isLabelledByRotation({ attributes: { lifecycle, version_stages } }: Resource): boolean {
  return canonical([lifecycle?.ignore_changes, version_stages]) === canonical([["version_stages"], FIRST_LABELS]);
}

/** Whether two policies differ only in one more role that a denial exempts. */
function exempts(before: unknown, after: unknown, role: string): boolean {
  const [was, is] = [before, after].map(documentOf);
  const statements = statementsOf(after);
  if (was === undefined || statements === undefined || canonical(was) === canonical(is)) return false;
  return canonical(was) === canonical({ ...is, Statement: statements.map((each) => withoutExemption(each, role)) });
}

function withoutExemption(statement: Statement, role: string): Statement {
  const { Effect, Condition } = statement;
  const excepted: unknown = isFields(Condition) ? Condition.ArnNotEquals : undefined;
  const arns: unknown = isFields(excepted) ? excepted["aws:PrincipalArn"] : undefined;
  if (Effect !== "Deny" || !Array.isArray(arns)) return statement;
  const ArnNotEquals = { ...Object(excepted), "aws:PrincipalArn": arns.filter((arn) => arn !== role) };
  return { ...statement, Condition: { ...Object(Condition), ArnNotEquals } };
}

/** A resource, and the only body that is accepted for it. */
interface Part {
  readonly part: Resource;
  readonly body: Attributes;
}

/** Everything that a rotation adds, in the form of `contract/rotation.ts`. Undefined if a part is missing. */
function partsOf(stack: StackJson, rotation: Resource, kept: Kept): readonly Part[] | undefined {
  const { account, secret, version, client, clientId, pool, domain, tokenEndpoint, name } = kept;
  const code = the(stack, "aws_lambda_function", rotation.attributes.rotation_lambda_arn);
  const role = the(stack, "aws_iam_role", code?.attributes.role);
  const log = the(stack, "aws_cloudwatch_log_group", code?.attributes.logging_config?.log_group);
  const permissions = sole(stack, "aws_iam_role_policy", "role", role);
  const policies = sole(stack, "aws_iam_role_policies_exclusive", "role_name", role);
  const attachments = sole(stack, "aws_iam_role_policy_attachments_exclusive", "role_name", role);
  const invokers = code === undefined ? [] : referring(stack, "aws_lambda_permission", "function_name", code.address);
  const [byRule, bySecret] = ["events", "secretsmanager"].map((service) =>
    invokers.find(({ attributes }) => attributes.principal === `${service}.amazonaws.com`),
  );
  const rule = the(stack, "aws_cloudwatch_event_rule", byRule?.attributes.source_arn);
  const target = sole(stack, "aws_cloudwatch_event_target", "rule", rule);
  if (!code || !role || !log || !permissions || !policies || !attachments) return undefined;
  if (!byRule || !bySecret || !rule || !target) return undefined;
  const invoked = { action: "lambda:InvokeFunction", function_name: ref(code, "function_name") };
  return [
    {
      part: rotation,
      body: {
        secret_id: ref(secret, "id"),
        rotation_lambda_arn: ref(code, "arn"),
        rotate_immediately: true,
        rotation_rules: {
          automatically_after_days: whole(rotation.attributes.rotation_rules?.automatically_after_days),
        },
        lifecycle: {
          replace_triggered_by: [
            `${version.address}.id`,
            `${domain.address}.id`,
            `${client.address}.allowed_oauth_scopes`,
          ],
        },
      },
    },
    {
      part: code,
      body: {
        architectures: FUNCTION_FORM.architectures,
        environment: {
          variables: rotationVariables({
            client: clientId,
            clientId: ref(client, "id"),
            scope: listOf(client.attributes.allowed_oauth_scopes).join(" "),
            secretArn: ref(secret, "arn"),
            tokenEndpoint,
            userPoolId: ref(pool, "id"),
          }),
        },
        filename: ROTATION_ARCHIVE,
        function_name: name,
        handler: ROTATION_FUNCTION.handler,
        logging_config: { ...FUNCTION_FORM.logging, log_group: ref(log, "name") },
        memory_size: ROTATION_FUNCTION.memoryMb,
        role: ref(role, "arn"),
        runtime: FUNCTION_FORM.runtime,
        source_code_hash: /^[A-Za-z0-9+/]{43}=$/.exec(code.attributes.source_code_hash)?.[0] ?? null,
        timeout: ROTATION_FUNCTION.timeoutSeconds,
      },
    },
    { part: log, body: { name: `/aws/lambda/${name}`, retention_in_days: whole(log.attributes.retention_in_days) } },
    {
      part: role,
      body: {
        name,
        max_session_duration: 3600,
        assume_role_policy: document(EXECUTION_TRUST),
      },
    },
    {
      part: permissions,
      body: {
        name: "permissions",
        role: ref(role, "name"),
        policy: document([
          ownLogPermission(ref(log, "arn")),
          ...rotationPermissions(ref(secret, "arn"), ref(pool, "arn")),
        ]),
      },
    },
    { part: policies, body: { role_name: ref(role, "name"), policy_names: [ref(permissions, "name")] } },
    { part: attachments, body: { role_name: ref(role, "name"), policy_arns: [] } },
    {
      part: bySecret,
      body: {
        ...invoked,
        principal: "secretsmanager.amazonaws.com",
        source_account: account,
        source_arn: ref(secret, "arn"),
      },
    },
    { part: byRule, body: { ...invoked, principal: "events.amazonaws.com", source_arn: ref(rule, "arn") } },
    { part: rule, body: { name, schedule_expression: ROTATION_CHECK.schedule, state: "ENABLED" } },
    {
      part: target,
      body: {
        rule: ref(rule, "name"),
        target_id: ROTATION_CHECK.target,
        arn: ref(code, "arn"),
        input: ROTATION_CHECK.input,
      },
    },
  ];
}

function document(statements: readonly object[]): Attributes {
  return { Version: "2012-10-17", Statement: statements };
}

function ref({ address }: Resource, attribute: string): string {
  return `\${${address}.${attribute}}`;
}

/** Null, which no argument is, for anything but a whole number. */
function whole(value: unknown): number | null {
  return Number.isInteger(value) ? Number(value) : null;
}

/** The arguments of a resource, without those that open nothing on any resource, and policies as documents. */
function bodyOf({ type, attributes }: Resource): Attributes {
  const harmless = coveredEverywhere(type);
  const entries = Object.entries(clean({ attributes })).filter(([name]) => !harmless.some((each) => each.test(name)));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, /^(assume_role_)?policy$/.test(name) ? (documentOf(value) ?? value) : value]),
  );
}

/** Whether any of these values names a part of a rotation. Its log is no part: auditors may read it. */
function isNamedIn(name: string, addresses: ReadonlySet<string>, values: readonly unknown[]): boolean {
  const used = [...addresses].filter((address) => !address.startsWith("aws_cloudwatch_log_group."));
  const words = [name, ...used].map((word) => word.replace(/[^\w]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\w-])(${words.join("|")})(?![\\w-])`);
  return values.some((value) => pattern.test(canonical(value).replaceAll(`/aws/lambda/${name}`, "")));
}

/** The resource of this type that a whole text names. */
function the(stack: StackJson, type: string, text: unknown): Resource | undefined {
  const found = referred(stack, text);
  return found?.type === type ? found : undefined;
}

/** The only resource of a type whose argument names another one. */
function sole(stack: StackJson, type: string, argument: string, of: Resource | undefined): Resource | undefined {
  const [found, ...others] = of === undefined ? [] : referring(stack, type, argument, of.address);
  return others.length === 0 ? found : undefined;
}

function without(body: Attributes, names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}
