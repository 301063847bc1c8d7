import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Route } from "../../intent/model/intent";
import type { GatewayHandshake, RouteDecision } from "./gateway-handshake";
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

const ADDRESS = "$context.identity.sourceIp";

type AuthorizerKind = keyof typeof IDENTITY_SOURCES;

/**
 * What a service learns from the authorizer's answer: its Google token and who calls. Always overwritten, so that a caller
 * cannot write them. `Authorization` is the caller's own and passes untouched: API Gateway reserves it, Cloud Run ignores it.
 */
const ANSWER_HEADERS = {
  "overwrite:header.X-Serverless-Authorization": "$context.authorizer.googleAuthorization",
  "overwrite:header.X-Caller-Subject": "$context.authorizer.subject",
  "overwrite:header.X-Caller-Client": "$context.authorizer.client",
  "overwrite:header.X-Caller-Scopes": "$context.authorizer.scopes",
  "overwrite:header.X-Caller-Issuer": "$context.authorizer.issuer",
} as const;

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
  /** Of policy and code: an identity source of every authorizer. */
  readonly policyFingerprint: string;
}

/** The federated handshake's four authorizers of the API, each allowed to invoke its one function. */
export class Authorizers extends Construct implements GatewayHandshake {
  readonly requestParameters = ANSWER_HEADERS;
  readonly callerFields = ANSWER_FIELDS;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Without the permissions each call would end in a 500. */
  readonly ready: ITerraformDependable[] = [];
  private readonly ids = new Map<AuthorizerKind, string>();

  constructor(scope: Construct, id: string, props: AuthorizersProps) {
    super(scope, id);
    this.stageVariables = { policy: props.policyFingerprint };
    this.ready.push(props.callers, props.public);
    for (const kind of Object.keys(IDENTITY_SOURCES) as AuthorizerKind[]) this.declare(kind, props);
  }

  decisionFor(route: Pick<Route, "access" | "hasVariable">): RouteDecision {
    const access = route.access.kind === "public" ? "public" : "scoped";
    return {
      authorizationType: "CUSTOM",
      authorizerId: this.ids.get(route.hasVariable ? `${access}-path` : access) as string,
    };
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
      identitySources: [...IDENTITY_SOURCES[kind], ...(props.byAddress ? [ADDRESS] : [])],
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
