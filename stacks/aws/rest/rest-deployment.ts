import { createHash } from "node:crypto";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { resolved } from "../../shared/resolved";

/**
 * The snapshot that a stage serves. A new one is made only when its content changes. The trigger has two hashes: of the
 * declarations, and of the values of their references, known only after an apply.
 *
 * @param served everything in the snapshot: the API, authorizers, methods, integrations, responses
 */
export function restDeployment(
  parent: Construct,
  api: ApiGatewayRestApi,
  served: readonly TerraformResource[],
): ApiGatewayDeployment {
  const scope = new Construct(parent, "RestDeployment");
  const declared = served.map((resource) => declaration(scope, resource)).sort();
  const references = [...new Set(declared.flatMap(referencesIn))].filter((each) => !KNOWN.test(each)).sort();
  const digest = createHash("sha256").update(declared.join("\n")).digest("hex").slice(0, 16);
  return new ApiGatewayDeployment(scope, "gateway", {
    restApiId: api.id,
    // Written as a Terraform expression, because cdktf's function would escape the references into constants.
    triggers: { redeployment: `${digest}-\${sha256(jsonencode([${references.join(", ")}]))}` },
    lifecycle: { createBeforeDestroy: true },
    dependsOn: [...served],
  });
}

/** One line per resource: its address, and its body with sorted keys. */
function declaration(scope: Construct, resource: TerraformResource): string {
  const { resource: declared } = resolved(scope, resource.toTerraform());
  const [all] = Object.values(declared[resource.terraformResourceType]) as [Readonly<Record<string, unknown>>];
  const { "//": _, depends_on: __, ...body } = all;
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId} ${JSON.stringify(sorted(body))}`;
}

/** References whose values are already in the declarations. */
const KNOWN = /\.(http_method|status_code)$/;

function referencesIn(text: string): readonly string[] {
  // `$${` is an escaped literal. A variable in a response template starts with `$` only.
  return [...text.matchAll(/(?<!\$)\$\{([a-z0-9_]+\.[A-Za-z0-9_-]+\.[a-z0-9_]+)\}/g)].map(
    ([, reference = ""]) => reference,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
