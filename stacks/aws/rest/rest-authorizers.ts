import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";
import { restIdentitySources } from "../../../contract/identity-sources";
import type { Route } from "../../../intent/model/intent";
import { comesFrom } from "../../shared/comes-from";
import { invocation } from "../authorizer-function";
import type { AuthorizersProps } from "../authorizers";

/**
 * `mcp` caches nothing: its decisions also depend on `Origin`, which cannot be an identity source, because a request without
 * one of the sources gets 401.
 */
const KINDS = {
  scoped: { isPublic: false, caches: true },
  public: { isPublic: true, caches: true },
  mcp: { isPublic: false, caches: false },
} as const;

type AuthorizerKind = keyof typeof KINDS;

export interface RestAuthorizersProps extends Pick<AuthorizersProps, "cacheSeconds" | "callers" | "prefix" | "public"> {
  readonly api: ApiGatewayRestApi;
  /** Whether the API has routes of a server of the Model Context Protocol. */
  readonly hasMcp: boolean;
}

export type RestAuthorizers = ReturnType<typeof restAuthorizers>;

/** The API's authorizers. Each may invoke only its own function. */
export function restAuthorizers(parent: Construct, props: RestAuthorizersProps) {
  const scope = comesFrom(new Construct(parent, "RestAuthorizers"), ["gateway"], {
    authorizer_result_ttl_in_seconds: ["authorizerCacheSeconds"],
  });
  const kinds = (Object.keys(KINDS) as AuthorizerKind[]).filter((kind) => kind !== "mcp" || props.hasMcp);
  const declared = kinds.map((kind) => {
    const target = kind === "public" ? props.public : props.callers;
    const authorizer = new ApiGatewayAuthorizer(scope, kind, {
      restApiId: props.api.id,
      name: `${props.prefix}-${kind}`,
      type: "REQUEST",
      // Without a reference: the deployment would pass its `create_before_destroy` on to the function and its role.
      authorizerUri: target.knownInvokeArn,
      authorizerResultTtlInSeconds: KINDS[kind].caches ? props.cacheSeconds : 0,
      identitySource: restIdentitySources(KINDS[kind]).join(","),
    });
    // The address differs from the HTTP API's, because both kinds of API may exist.
    return { kind, authorizer, permission: invocation(scope, `rest-${kind}-invoke`, target, props.api, authorizer) };
  });
  return {
    resources: declared.map(({ authorizer }) => authorizer),
    /** Wait for these permissions before the API goes live: without them each call would fail with a 500. */
    ready: declared.map(({ permission }) => permission),
    idFor({ access, mcp }: Pick<Route, "access" | "mcp">): string {
      const wanted: AuthorizerKind = access.kind === "public" ? "public" : mcp ? "mcp" : "scoped";
      return declared.find(({ kind }) => kind === wanted)?.authorizer.id as string;
    },
  };
}
