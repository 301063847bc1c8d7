import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Route } from "../../intent/intent";
import type { HttpApi } from "./http-api";

/**
 * What an answer depends on, per kind of route. API Gateway replays an answer to every request with the same values, so
 * whatever decides must be here; and it answers 401 by itself when one is missing. The stage variable retires the
 * answers of an older policy, which Terraform cannot flush.
 */
const IDENTITY_SOURCES = {
  scoped: ["$request.header.Authorization", "$context.routeKey", "$stageVariables.policy"],
  "scoped-path": ["$request.header.Authorization", "$context.routeKey", "$context.path", "$stageVariables.policy"],
  public: ["$context.routeKey", "$stageVariables.policy"],
  "public-path": ["$context.routeKey", "$context.path", "$stageVariables.policy"],
} as const;

type AuthorizerKind = keyof typeof IDENTITY_SOURCES;

export interface AuthorizersProps {
  readonly api: HttpApi;
  /** Start of the authorizers' names, which are unique in an API. */
  readonly prefix: string;
  /** Serves scoped routes. */
  readonly callers: LambdaFunction;
  /** Serves public routes. */
  readonly public: LambdaFunction;
  readonly cacheSeconds: number;
}

/** The four authorizers of the API, each allowed to invoke its one function. */
export class Authorizers extends Construct {
  /** Wait for these before the API goes live: without the permissions each call would end in a 500. */
  readonly ready: ITerraformDependable[] = [];
  private readonly ids = new Map<AuthorizerKind, string>();

  constructor(scope: Construct, id: string, props: AuthorizersProps) {
    super(scope, id);
    for (const kind of Object.keys(IDENTITY_SOURCES) as AuthorizerKind[]) this.declare(kind, props);
  }

  /** Id of the authorizer that a route of this access and path must have. */
  idFor(route: Pick<Route, "access" | "hasVariable">): string {
    const access = route.access.kind === "public" ? "public" : "scoped";
    return this.ids.get(route.hasVariable ? `${access}-path` : access) as string;
  }

  private declare(kind: AuthorizerKind, props: AuthorizersProps): void {
    const target = kind.startsWith("public") ? props.public : props.callers;
    const authorizer = new Apigatewayv2Authorizer(this, kind, {
      apiId: props.api.id,
      name: `${props.prefix}-${kind}`,
      authorizerType: "REQUEST",
      authorizerUri: target.invokeArn,
      authorizerPayloadFormatVersion: "2.0",
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: props.cacheSeconds,
      identitySources: [...IDENTITY_SOURCES[kind]],
    });
    const permission = new LambdaPermission(this, `${kind}-invoke`, {
      functionName: target.functionName,
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: `${props.api.executionArn}/authorizers/${authorizer.id}`,
    });
    this.ids.set(kind, authorizer.id);
    this.ready.push(permission);
  }
}
