import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { restIdentitySources } from "../../../contract/identity-sources";
import type { Route } from "../../../intent/model/intent";
import { invocation } from "../authorizer-function";
import type { AuthorizersProps } from "../authorizers";

const KINDS = { scoped: { isPublic: false }, public: { isPublic: true } } as const;

type AuthorizerKind = keyof typeof KINDS;

export interface RestAuthorizersProps extends Pick<AuthorizersProps, "cacheSeconds" | "callers" | "prefix" | "public"> {
  readonly api: ApiGatewayRestApi;
}

/** The API's two authorizers. Each may invoke only its own function. */
export class RestAuthorizers extends Construct {
  readonly resources: ApiGatewayAuthorizer[] = [];
  /** Wait for these permissions before the API goes live: without them each call would fail with a 500. */
  readonly ready: ITerraformDependable[] = [];
  private readonly ids = new Map<AuthorizerKind, string>();

  constructor(scope: Construct, id: string, props: RestAuthorizersProps) {
    super(scope, id);
    for (const kind of Object.keys(KINDS) as AuthorizerKind[]) this.declare(kind, props);
  }

  idFor({ access }: Pick<Route, "access">): string {
    return this.ids.get(access.kind === "public" ? "public" : "scoped") as string;
  }

  private declare(kind: AuthorizerKind, props: RestAuthorizersProps): void {
    const target = kind === "public" ? props.public : props.callers;
    const authorizer = new ApiGatewayAuthorizer(this, kind, {
      restApiId: props.api.id,
      name: `${props.prefix}-${kind}`,
      type: "REQUEST",
      authorizerUri: target.invokeArn,
      authorizerResultTtlInSeconds: props.cacheSeconds,
      identitySource: restIdentitySources(KINDS[kind]).join(","),
    });
    // The address differs from the HTTP API's, because both kinds of API may exist.
    this.ready.push(invocation(this, `rest-${kind}-invoke`, target, props.api, authorizer));
    this.ids.set(kind, authorizer.id);
    this.resources.push(authorizer);
  }
}
