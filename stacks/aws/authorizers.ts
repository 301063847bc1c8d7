import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { HTTP_ANSWER_HEADERS } from "../../contract/caller-headers";
import { httpIdentitySources } from "../../contract/identity-sources";
import type { Route } from "../../intent/model/intent";
import type { HttpApi } from "./http-api";
import { overwriting } from "./request-headers";
import type { GatewayHandshake, RouteDecision } from "./service-routes";

/** By kind of route: whether any caller may call, and whether the path decides as well. */
const KINDS = {
  scoped: { isPublic: false, hasVariable: false },
  "scoped-path": { isPublic: false, hasVariable: true },
  public: { isPublic: true, hasVariable: false },
  "public-path": { isPublic: true, hasVariable: true },
} as const;

type AuthorizerKind = keyof typeof KINDS;

/**
 * Keys of the answer that filled the cache, where it was replayed; `googleAuthorization` holds the token and is not among
 * them. First what a caller may choose most freely: see `httpLogFields`.
 */
const ANSWER_FIELDS = {
  subject: "$context.authorizer.subject",
  client: "$context.authorizer.client",
  callerKind: "$context.authorizer.callerKind",
  issuer: "$context.authorizer.issuer",
  decision: "$context.authorizer.decision",
} as const;

export interface AuthorizersProps {
  readonly api: HttpApi;
  /** Start of the authorizers' names, which are unique in an API. */
  readonly prefix: string;
  /** Serves scoped routes. */
  readonly callers: LambdaFunction;
  /** Serves public routes. */
  readonly public: LambdaFunction;
  readonly cacheSeconds: number;
  /** Whether the caller's address decides as well. */
  readonly byAddress: boolean;
  /** Fingerprint of policy and code: an identity source of every authorizer. */
  readonly policyFingerprint: string;
}

/** The federated handshake's four authorizers of the API, each allowed to invoke its one function. */
export class Authorizers extends Construct implements GatewayHandshake {
  readonly requestParameters = overwriting(HTTP_ANSWER_HEADERS);
  readonly callerFields = ANSWER_FIELDS;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Without the permissions each call would end in a 500. */
  readonly ready: ITerraformDependable[] = [];
  private readonly ids = new Map<AuthorizerKind, string>();

  constructor(scope: Construct, id: string, props: AuthorizersProps) {
    super(scope, id);
    this.stageVariables = { policy: props.policyFingerprint };
    this.ready.push(props.callers, props.public);
    for (const kind of Object.keys(KINDS) as AuthorizerKind[]) this.declare(kind, props);
  }

  decisionFor(route: Pick<Route, "access" | "hasVariable">): RouteDecision {
    const access = route.access.kind === "public" ? "public" : "scoped";
    return {
      authorizationType: "CUSTOM",
      authorizerId: this.ids.get(route.hasVariable ? `${access}-path` : access) as string,
    };
  }

  private declare(kind: AuthorizerKind, props: AuthorizersProps): void {
    const target = KINDS[kind].isPublic ? props.public : props.callers;
    const authorizer = new Apigatewayv2Authorizer(this, kind, {
      apiId: props.api.id,
      name: `${props.prefix}-${kind}`,
      authorizerType: "REQUEST",
      authorizerUri: target.invokeArn,
      authorizerPayloadFormatVersion: "2.0",
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: props.cacheSeconds,
      identitySources: [...httpIdentitySources({ ...KINDS[kind], byAddress: props.byAddress })],
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
