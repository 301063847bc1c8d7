import { type Expectation, GATEWAY } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { callersRole, publicRole, rotationFunction } from "../../intent/model/names";
import { accountOf, withoutPath } from "../../packages/terraform-access-review/access/aws-grants";
import { roleArn } from "../../packages/terraform-access-review/access/google-grants";
import { isExact, type Principal } from "../../packages/terraform-access-review/access/grant";
import { type Holder, holdersOf, identityOf, type Target } from "../../packages/terraform-access-review/access/may";
import { chainInWords, principalInWords } from "../../packages/terraform-access-review/render/reach";
import {
  type Resource,
  resourcesOf,
  type StackJson,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { Breach } from "./calls";

/**
 * The breaches of an expectation about secrets or invocations, by the grants of a stack. What is not known counts as
 * access, except for `may`.
 */
export function brokenGrants(expectation: Expectation, intent: Intent, stack: StackJson): readonly Breach[] {
  const { principals, targets, may, only, action, stated } = expectation;
  return targets.flatMap((target) => {
    const resource = resourceOf(intent, stack, action, target);
    const breach = (principal: string, got: Breach["got"], holder?: Holder): Breach => {
      return {
        expectation,
        principal,
        target,
        got,
        ...(resource && { declaration: resource.address }),
        ...(holder && {
          through: chainInWords(holder),
          isUnknown: holder.answer === "unknown",
          from: holder.chain.map(({ grant }) => grant.from),
        }),
      };
    };
    if (resource === undefined) return may ? [breach(principals.join(", "), "missing")] : [];
    const kind: Target["kind"] = action === "invoke" ? "invoke" : "read-secret";
    const rotations = rotationsOf(intent, stack);
    const holders = holdersOf(stack, { kind, resource }, stated).filter(
      ({ principal }) => !rotations.has(idOf(principal)),
    );
    const named = new Map(principals.map((name) => [name, identitiesOf(intent, stack, name, target)]));
    const isNamed = ({ principal }: Holder, name: string) => named.get(name)?.has(idOf(principal)) === true;
    if (!may) {
      return principals.flatMap((name) => {
        const own = holders.find((each) => isNamed(each, name));
        const holder = own ?? holders.find(({ principal }) => !isExact(principal));
        return holder === undefined ? [] : [breach(name, "allowed", holder)];
      });
    }
    const others = holders.filter((holder) => !principals.some((name) => isNamed(holder, name)));
    return [
      ...principals
        .filter((name) => !holders.some((holder) => holder.answer === "yes" && isNamed(holder, name)))
        .map((name) => breach(name, "refused")),
      ...(only ? others.map((holder) => breach(principalInWords(stack, holder.principal), "allowed", holder)) : []),
    ];
  });
}

/** The resource of a target; undefined if the environment does not have it. */
function resourceOf(
  { services, clients }: Intent,
  stack: StackJson,
  action: Expectation["action"],
  target: string,
): Resource | undefined {
  const named = (type: string, argument: string, value: string | undefined) =>
    resourcesOf(stack, type).find(({ attributes }) => value !== undefined && attributes[argument] === value);
  if (action === "invoke") {
    return named("google_cloud_run_v2_service", "name", services.find(({ key }) => key === target)?.name);
  }
  const [, client] = /^clients\/(.+)$/.exec(target) ?? [];
  if (client !== undefined) {
    const [name] = clients.flatMap((each) =>
      each.grant === "client_credentials" && each.key === client ? [each.secretName] : [],
    );
    return named("aws_secretsmanager_secret", "name", name);
  }
  const secret = services.flatMap(({ secrets }) => secrets).find(({ id }) => id === target);
  return named("google_secret_manager_secret", "secret_id", secret?.secretId);
}

/**
 * The identities that a principal of config is. The gateway has an account and a role for each service, and the functions
 * that become that role.
 */
function identitiesOf(intent: Intent, stack: StackJson, name: string, target: string): ReadonlySet<string> {
  if (name === GATEWAY) {
    const service = intent.services.find(({ key }) => key === target)?.name;
    const functions = [callersRole(intent.prefix), publicRole(intent.prefix)];
    return new Set([
      ...identitiesWith(stack, "google_service_account", "account_id", service),
      ...[service, ...functions].map((each) => `aws-role ${roleArn(accountOf(stack), each)}`),
      ...identitiesWith(stack, "aws_lambda_function", "function_name", ...functions),
    ]);
  }
  const [, id] = /^service (.+)$/.exec(name) ?? [];
  if (id !== undefined) {
    const service = intent.services.find(({ key }) => key === id);
    return new Set([
      ...identitiesWith(stack, "google_service_account", "account_id", service?.runtimeName),
      ...identitiesWith(stack, "google_cloud_run_v2_service", "name", service?.name),
    ]);
  }
  const [, account] = /^serviceAccount:(.+)$/.exec(name) ?? [];
  if (account !== undefined) return new Set([`service-account ${account}`]);
  return new Set(
    ["aws-role", "aws-user", "federated", "group", "google-user"].map((kind) => `${kind} ${withoutPath(name)}`),
  );
}

/** The identities that resources of a type are, if an argument has one of these values. */
function identitiesWith(
  stack: StackJson,
  type: string,
  argument: string,
  ...values: readonly unknown[]
): readonly string[] {
  return resourcesOf(stack, type)
    .filter(({ attributes }) => values.includes(attributes[argument]))
    .flatMap((each) => identityOf(stack, each) ?? [])
    .map(idOf);
}

function idOf({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}

/**
 * The functions that rotate clients' secrets read and replace those of their user pool. They belong to the front door, as
 * config declares them; a principal that can become one of them does not.
 */
function rotationsOf({ clients, prefix }: Intent, stack: StackJson): ReadonlySet<string> {
  const names = clients.flatMap((client) =>
    client.grant === "client_credentials" && client.rotateEveryDays !== undefined
      ? [rotationFunction(prefix, client.id)]
      : [],
  );
  return new Set([
    ...names.map((name) => `aws-role ${roleArn(accountOf(stack), name)}`),
    ...identitiesWith(stack, "aws_lambda_function", "function_name", ...names),
  ]);
}
