import type { TerraformJson } from "../synthesis/review-text";

/** What one environment's stack holds, in numbers. */
export interface Summary {
  readonly aws: number;
  readonly google: number;
  readonly routes: number;
  /** Members of Google IAM bindings, and statements of AWS policies that allow something. */
  readonly grants: number;
}

export function summarize(stack: TerraformJson): Summary {
  const types = Object.entries(stack.resource ?? {});
  const count = (prefix: string) =>
    types.filter(([type]) => type.startsWith(prefix)).reduce((sum, [, named]) => sum + Object.keys(named).length, 0);
  const resources = types.flatMap(([, named]) => Object.values(named));
  return {
    aws: count("aws_"),
    google: count("google_"),
    // A preflight is no route: the gateway answers it by itself.
    routes: count("aws_apigatewayv2_route") + restRoutes(stack),
    grants: resources.reduce((sum, resource) => sum + grantsOf(resource), 0),
  };
}

function restRoutes({ resource }: TerraformJson): number {
  const methods = Object.values(resource?.aws_api_gateway_method ?? {});
  return methods.filter(({ authorization }) => authorization !== "NONE").length;
}

function grantsOf(resource: Readonly<Record<string, unknown>>): number {
  const members = Array.isArray(resource.members) ? resource.members.length : 0;
  const policies = [resource.policy, resource.assume_role_policy].filter((text) => typeof text === "string");
  return members + policies.reduce((sum, text) => sum + allowsIn(text as string), 0);
}

function allowsIn(policy: string): number {
  const statements: readonly { Effect: string }[] = JSON.parse(policy).Statement;
  return statements.filter(({ Effect }) => Effect === "Allow").length;
}
