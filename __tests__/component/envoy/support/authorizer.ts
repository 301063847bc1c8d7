import { httpApiHandler } from "../../../../functions/authorizer/handler/http-api";
import { GoogleTokens } from "../../../../functions/authorizer/mint/google-tokens";
import { pathRules } from "../../../../functions/authorizer/request/path-rule";
import { trustedIssuers } from "../../../../functions/authorizer/token/issuers";
import { TokenVerifier } from "../../../../functions/authorizer/token/verify-token";
import { clouds } from "../../../support/authorizer/clouds";
import { requestEvent } from "../../../support/authorizer/event";
import { ENVIRONMENT } from "../../../support/authorizer/policy";
import type { Issuers } from "./issuers";
import { SHOP } from "./shop";

/** The federated handshake's result for a request. The reason is the authorizer's own. */
export interface FederatedDecision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly subject?: string;
  readonly client?: string;
  readonly actor?: string;
  readonly scopes?: string;
  readonly issuer?: string;
}

export interface FederatedRequest {
  /** The route that API Gateway found. Undefined if it has none and calls no authorizer. */
  readonly routeKey: string | undefined;
  readonly path: string;
  /** Values of the header, which the gateway joins. */
  readonly authorization: readonly string[];
}

/**
 * The authorizer's code behind the gateway's own responses, with the same issuers as Envoy and both clouds available.
 */
export class FederatedAuthorizer {
  private readonly lines: string[] = [];
  private readonly handlers: Readonly<Record<"callers" | "public", ReturnType<typeof httpApiHandler>>>;

  constructor(issuers: Issuers) {
    const google = clouds();
    const call: typeof google.call = (request, limits) =>
      request.url.includes("/.well-known/") || request.url.endsWith("/keys")
        ? issuers.call(request, limits)
        : google.call(request, limits);
    const handler = (kind: "callers" | "public") =>
      httpApiHandler({
        kind,
        policy: SHOP,
        rules: pathRules(SHOP),
        decider: {
          verifier: new TokenVerifier(trustedIssuers(SHOP, ENVIRONMENT), call),
          googleTokens: new GoogleTokens({ policy: SHOP, environment: ENVIRONMENT, call, functionName: kind }),
          revoked: new Set(),
        },
        write: (line) => this.lines.push(line),
      });
    this.handlers = { callers: handler("callers"), public: handler("public") };
  }

  async decide({ routeKey, path, authorization }: FederatedRequest): Promise<FederatedDecision> {
    const route = routeKey === undefined ? undefined : SHOP.routes[routeKey];
    if (routeKey === undefined || route === undefined) return { allowed: false, reason: "no route" };
    const isPublic = route.access === "public";
    const joined = authorization.join(",");
    if (!isPublic && joined === "") return { allowed: false, reason: "not asked" };
    const variable = routeKey.includes("{");
    const event = requestEvent({
      routeKey,
      ...(variable && { path }),
      ...(!isPublic && { authorization: joined }),
    });
    const { isAuthorized, context } = await this.handlers[isPublic ? "public" : "callers"](event);
    const line = JSON.parse(this.lines.at(-1) ?? "{}") as { reason?: string };
    const { subject, client, actor, scopes, issuer } = context;
    return { allowed: isAuthorized, reason: line.reason ?? "allowed", subject, client, actor, scopes, issuer };
  }
}
