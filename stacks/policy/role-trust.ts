import type { Intent, Service } from "../../intent/model/intent";
import { callersRole, gatewayLogsRole, publicRole, rotationFunction } from "../../intent/model/names";
import { trustOf } from "../../packages/terraform-access-review/access/aws-policies";
import type { Statement } from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, differing, type StackJson } from "./rule";

type Declared = Pick<Intent, "clients" | "handshake" | "prefix" | "services">;

/** AWS and Google both believe a role's name, so the trust of each role of the front door must be exact. */
export const roleTrust: BuiltInRule<Declared> = {
  id: "role-trust",
  promise:
    "Only Lambda assumes the roles of the front door's functions, and only the functions that serve a service assume its role.",
  findings(stack, declared) {
    const expected = trustByRole(stack, declared);
    return resourcesOf(stack, "aws_iam_role").flatMap((role) => {
      const trust = expected.get(String(role.attributes.name));
      if (trust === undefined) return [];
      const found = trustOf(stack, role).map(({ Sid, ...statement }) => statement);
      return differing(role.address, "trusts other principals", found, [trust]);
    });
  },
};

function trustByRole(
  stack: StackJson,
  { clients, handshake, prefix, services }: Declared,
): ReadonlyMap<string, Statement> {
  const functions = [
    callersRole(prefix),
    publicRole(prefix),
    ...clients.map(({ id }) => rotationFunction(prefix, id)),
  ].map((name) => [name, assumedBy({ Service: "lambda.amazonaws.com" })] as const);
  const invokers = services.map((service) => {
    const roles = handshake === "shared-issuer" ? [] : deciding(service, prefix).map((name) => arnOf(stack, name));
    return [service.name, assumedBy({ AWS: roles })] as const;
  });
  const logs = [gatewayLogsRole(prefix), assumedBy({ Service: "apigateway.amazonaws.com" })] as const;
  return new Map([...functions, ...invokers, logs]);
}

function assumedBy(Principal: Readonly<Record<string, unknown>>): Statement {
  return { Effect: "Allow", Principal, Action: "sts:AssumeRole" };
}

/** The roles of the functions that decide on a service's routes. */
function deciding({ routes }: Service, prefix: string): readonly string[] {
  const isServed = (kind: "public" | "scopes") => routes.some(({ access }) => access.kind === kind);
  return [...(isServed("scopes") ? [callersRole(prefix)] : []), ...(isServed("public") ? [publicRole(prefix)] : [])];
}

function arnOf(stack: StackJson, name: string): string {
  const role = resourcesOf(stack, "aws_iam_role").find(({ attributes }) => attributes.name === name);
  return role === undefined ? name : `\${${role.address}.arn}`;
}
