import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { restIdentitySources } from "../../../contract/identity-sources";
import type { Route } from "../../../intent/model/intent";
import { type InvocationTarget, qualifiedBy } from "../authorizer-function";

const KINDS = { scoped: { isPublic: false }, public: { isPublic: true } } as const;

type AuthorizerKind = keyof typeof KINDS;

export interface RestAuthorizersProps {
  readonly api: ApiGatewayRestApi;
  /** Prefix of the authorizers' names, which must be unique in an API. */
  readonly prefix: string;
  /** Serves scoped routes. */
  readonly callers: InvocationTarget;
  /** Serves public routes. */
  readonly public: InvocationTarget;
  readonly cacheSeconds: number;
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
    const permission = new LambdaPermission(this, `rest-${kind}-invoke`, {
      functionName: target.functionName,
      ...qualifiedBy(target),
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: `${props.api.executionArn}/authorizers/${authorizer.id}`,
    });
    this.ids.set(kind, authorizer.id);
    this.resources.push(authorizer);
    this.ready.push(permission);
  }
}
