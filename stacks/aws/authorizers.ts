import type { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Construct } from "constructs";
import { HTTP_ANSWER_HEADERS } from "../../contract/caller-headers";
import { httpIdentitySources } from "../../contract/identity-sources";
import { comesFrom } from "../shared/comes-from";
import { ANSWER_FIELDS } from "./access-log";
import { type InvocationTarget, invocation } from "./authorizer-function";
import { overwriting } from "./request-headers";
import type { GatewayHandshake } from "./service-routes";

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
export function federatedHandshake(parent: Construct, props: AuthorizersProps): GatewayHandshake {
  const { api, prefix, callers, byAddress } = props;
  const scope = comesFrom(new Construct(parent, "Authorizers"), ["gateway"], {
    authorizer_result_ttl_in_seconds: ["authorizerCacheSeconds"],
    identity_sources: ["allowedNetworks"],
  });
  const declared = (Object.keys(KINDS) as AuthorizerKind[]).map((kind) => {
    const target = KINDS[kind].isPublic ? props.public : callers;
    const authorizer = new Apigatewayv2Authorizer(scope, kind, {
      apiId: api.id,
      name: `${prefix}-${kind}`,
      authorizerType: "REQUEST",
      authorizerUri: target.invokeArn,
      authorizerPayloadFormatVersion: "2.0",
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: props.cacheSeconds,
      identitySources: [...httpIdentitySources({ ...KINDS[kind], byAddress })],
    });
    return { kind, id: authorizer.id, permission: invocation(scope, `${kind}-invoke`, target, api, authorizer) };
  });
  return {
    requestParameters: overwriting(HTTP_ANSWER_HEADERS),
    callerFields: ANSWER_FIELDS,
    stageVariables: { policy: props.policyFingerprint },
    // Without the permissions each call would fail with a 500.
    ready: [...callers.ready, ...props.public.ready, ...declared.map(({ permission }) => permission)],
    decisionFor({ access, hasVariable }) {
      const kind: AuthorizerKind = `${access.kind === "public" ? "public" : "scoped"}${hasVariable ? "-path" : ""}`;
      const authorizerId = declared.find((each) => each.kind === kind)?.id as string;
      return { authorizationType: "CUSTOM", authorizerId };
    },
  };
}
