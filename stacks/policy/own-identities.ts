import type { Intent } from "../../intent/model/intent";
import { callersRole, gatewayLogsRole, publicRole, rotationFunction } from "../../intent/model/names";
import { identitiesOf } from "../../packages/terraform-access-review/access/runs-as";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, type Resource, type StackJson, unless } from "./rule";

type Declared = Pick<Intent, "clients" | "prefix" | "services">;

/** What runs has the permissions of its identity, so each identity of the front door runs one thing. */
export const ownIdentities: BuiltInRule<Declared> = {
  id: "own-identities",
  promise:
    "Each service and each function of the front door runs as its own account or role, and nothing else runs as that or as an account that calls a service.",
  findings: (stack, declared) =>
    resourcesOf(stack, /./).flatMap((resource) => [
      ...otherFindings(stack, resource, declared),
      ...ownFindings(stack, resource, declared),
    ]),
};

/** The identity that code of config must run as; undefined for anything else. */
function identityOf(stack: StackJson, { type, attributes }: Resource, declared: Declared): string | undefined {
  if (type === "google_cloud_run_v2_service") {
    return declared.services.find(({ name }) => name === attributes.name)?.runtimeName;
  }
  if (type === "aws_lambda_function") return functionsOf(declared).find((name) => name === attributes.function_name);
  const logs = gatewayLogsRole(declared.prefix);
  // Another environment may own the account's setting, and a project may declare it itself.
  const ownsLogs = resourcesOf(stack, "aws_iam_role").some((role) => role.attributes.name === logs);
  return type === "aws_api_gateway_account" && ownsLogs ? logs : undefined;
}

function ownFindings(stack: StackJson, resource: Resource, declared: Declared): readonly Finding[] {
  const expected = identityOf(stack, resource, declared);
  if (expected === undefined) return [];
  const found = identitiesOf(stack, resource).map(([, text]) => nameOf(stack, text));
  const message = `runs as ${found.join(" and ") || "a default identity"}: expected ${expected}`;
  return unless(found.length === 1 && found[0] === expected, resource.address, message);
}

function otherFindings(stack: StackJson, resource: Resource, declared: Declared): readonly Finding[] {
  if (identityOf(stack, resource, declared) !== undefined) return [];
  const reserved = [
    ...declared.services.flatMap(({ name, runtimeName }) => [name, runtimeName]),
    ...functionsOf(declared),
    gatewayLogsRole(declared.prefix),
  ];
  return identitiesOf(stack, resource)
    .map(([, text]) => nameOf(stack, text))
    .filter((name) => reserved.includes(name))
    .map((name) => ({
      address: resource.address,
      message: `runs as ${name}, an identity of the front door: give it its own`,
    }));
}

function functionsOf({ clients, prefix }: Declared): readonly string[] {
  return [callersRole(prefix), publicRole(prefix), ...clients.map(({ id }) => rotationFunction(prefix, id))];
}

/** An account's id or a role's name: of a resource of this stack, or in an e-mail address or an ARN. */
function nameOf(stack: StackJson, text: string): string {
  const own = referred(stack, text);
  if (own !== undefined) return String(own.attributes.account_id ?? own.attributes.name ?? own.address);
  return text.replace(/^.*[/:]/, "").replace(/@.*$/, "");
}
