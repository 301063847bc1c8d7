import type { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { HTTP_ANSWER_HEADERS } from "../../contract/caller-headers";
import { httpIdentitySources } from "../../contract/identity-sources";
import type { Route } from "../../intent/model/intent";
import { ANSWER_FIELDS } from "./access-log";
import { type InvocationTarget, invocation } from "./authorizer-function";
import { overwriting } from "./request-headers";
import type { GatewayHandshake, RouteDecision } from "./service-routes";

/** By kind of route: whether any caller may call, and whether the decision depends on the path. */
const KINDS = {
  scoped: { isPublic: false, hasVariable: false },
  "scoped-path": { isPublic: false, hasVariable: true },
  public: { isPublic: true, hasVariable: false },
  "public-path": { isPublic: true, hasVariable: true },
} as const;

type AuthorizerKind = keyof typeof KINDS;

export interface AuthorizersProps {
  readonly api: Apigatewayv2Api;
  /** Prefix of the authorizers' names, which must be unique in an API. */
  readonly prefix: string;
  /** Serves scoped routes. */
  readonly callers: InvocationTarget;
  /** Serves public routes. */
  readonly public: InvocationTarget;
  readonly cacheSeconds: number;
  /** Whether the decision also depends on the caller's IP address. */
  readonly byAddress: boolean;
  /** Fingerprint of policy and code: an identity source of every authorizer. */
  readonly policyFingerprint: string;
}

/** The API's four authorizers under the federated handshake. Each may invoke only its own function. */
export class Authorizers extends Construct implements GatewayHandshake {
  readonly requestParameters = overwriting(HTTP_ANSWER_HEADERS);
  readonly callerFields = ANSWER_FIELDS;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Wait for these permissions: without them each call would fail with a 500. */
  readonly ready: ITerraformDependable[] = [];
  private readonly ids = new Map<AuthorizerKind, string>();

  constructor(scope: Construct, id: string, props: AuthorizersProps) {
    super(scope, id);
    this.stageVariables = { policy: props.policyFingerprint };
    this.ready.push(...props.callers.ready, ...props.public.ready);
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
    this.ready.push(invocation(this, `${kind}-invoke`, target, props.api, authorizer));
    this.ids.set(kind, authorizer.id);
  }
}
