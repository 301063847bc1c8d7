import { createHash } from "node:crypto";
import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { DefaultTokenResolver, StringConcat, type TerraformResource, Tokenization } from "cdktf";
import { Construct } from "constructs";
import type { RestApi } from "./rest-api";

export interface RestDeploymentProps {
  readonly api: RestApi;
  /** All that a deployment is a snapshot of: the API, authorizers, methods, integrations, responses. */
  readonly served: readonly TerraformResource[];
}

/**
 * The snapshot that a stage serves. Another one is made when something in it is another, and for nothing else: its trigger
 * holds a hash of the declarations, and one of the values behind their references, which only an apply knows.
 */
export class RestDeployment extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { api, served }: RestDeploymentProps) {
    super(scope, id);
    const declared = served.map((resource) => this.declaration(resource)).sort();
    const references = [...new Set(declared.flatMap(referencesIn))].filter((each) => !KNOWN.test(each)).sort();
    const digest = createHash("sha256").update(declared.join("\n")).digest("hex").slice(0, 16);
    const deployment = new ApiGatewayDeployment(this, "gateway", {
      restApiId: api.id,
      // As Terraform's own expression: cdktf's function would escape the references into constants.
      triggers: { redeployment: `${digest}-\${sha256(jsonencode([${references.join(", ")}]))}` },
      lifecycle: { createBeforeDestroy: true },
      dependsOn: [...served],
    });
    this.id = deployment.id;
  }

  /** One line: where it stands, and what it says there, in an order of its own. */
  private declaration(resource: TerraformResource): string {
    const {
      "//": _,
      depends_on: __,
      ...body
    } = Object.values(
      Tokenization.resolve(resource.toTerraform(), {
        scope: this,
        resolver: new DefaultTokenResolver(new StringConcat()),
        preparing: false,
      }).resource[resource.terraformResourceType],
    )[0] as Record<string, unknown>;
    return `${resource.terraformResourceType}.${resource.friendlyUniqueId} ${JSON.stringify(sorted(body))}`;
  }
}

/** Whose values the declarations say themselves. */
const KNOWN = /\.(http_method|status_code)$/;

function referencesIn(text: string): readonly string[] {
  // `$${` is the text itself; what a template in an answer says begins with `$` alone.
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
