import { randomBytes } from "node:crypto";
import { type IncomingMessage, request, type ServerResponse, STATUS_CODES } from "node:http";
import { matchesExactly } from "../../../contract/route-pattern";
import { pathRules } from "../../../functions/authorizer/request/path-rule";
import { type Asked, bearerOf, type Decision, decide, knownCaller } from "./authorizer";
import type { Faults } from "./faults";
import { POLICY } from "./policy";

type Headers = Record<string, string>;

/** Headers with which frameworks let a caller change method or path. */
const OVERRIDES = /^x-(http-method|http-method-override|method-override|original-ur[il]|rewrite-url|script-name)$/;

/** An HTTP API with one Lambda authorizer. It treats probes like any caller's requests. */
export class FakeGateway {
  private readonly cache = new Map<string, Decision>();

  constructor(
    private readonly faults: Faults,
    private readonly portOf: (service: string) => number,
  ) {}

  handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const requestId = this.faults.oneRequestId ? "always-the-same=" : `${randomBytes(8).toString("hex")}=`;
    if (!this.faults.noRequestId) outgoing.setHeader("apigw-requestid", requestId);
    if (incoming.method === "OPTIONS") {
      this.preflight(incoming, outgoing);
      return;
    }
    const raw = (incoming.url ?? "").split("?")[0] ?? "";
    const path = this.faults.pathStaysEncoded ? raw : decoded(raw, this.faults);
    if (path === undefined) {
      refuse(outgoing, 400);
      return;
    }
    const { origin } = incoming.headers;
    if (this.faults.corsOnOwnAnswers && origin) outgoing.setHeader("access-control-allow-origin", origin);
    const { authorization = "" } = incoming.headers;
    const empty = this.faults.emptySourceAsks && incoming.headers.authorization === "";
    const asked = this.routed(path, empty ? "Bearer" : authorization, requestId);
    if (asked === undefined && this.faults.catchAll) {
      this.forward("catalog", raw, incoming, outgoing, {});
      return;
    }
    const decision = asked === undefined ? 404 : this.answer(asked);
    if (asked === undefined || typeof decision === "number") {
      refuse(outgoing, typeof decision === "number" ? decision : 404);
      return;
    }
    const onward = this.faults.pathChanges ? "/products/other" : raw;
    this.forward(asked.route.service, onward, incoming, outgoing, this.mapped(asked, decision, incoming));
  }

  private preflight(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (this.faults.preflightNeedsToken) {
      refuse(outgoing, 401);
      return;
    }
    const { origin = "" } = incoming.headers;
    const allowed = this.faults.anyOrigin || origin === "https://shop.example.com";
    if (allowed) outgoing.setHeader("access-control-allow-origin", origin);
    outgoing.writeHead(204).end();
  }

  private routed(path: string, authorization: string, requestId: string): Asked | undefined {
    const matching = [...pathRules(POLICY)].filter(
      ([key, { pattern }]) => key.startsWith("GET ") && matchesExactly(pattern, path),
    );
    const key = (matching.find(([, { hasVariable }]) => !hasVariable) ?? matching[0])?.[0];
    const route = key === undefined ? undefined : POLICY.routes[key];
    return key === undefined || route === undefined ? undefined : { key, route, path, authorization, requestId };
  }

  /** Applies identity sources, cache and function. Returns a status if the gateway itself answers. */
  private answer(asked: Asked): Decision | number {
    const { faults } = this;
    const isPublic = asked.route.access === "public";
    if (faults.throttles) return 429;
    if (isPublic && faults.routeKeyIsNoSource) return 401;
    if (!isPublic && asked.authorization === "") {
      const { requestId, route } = asked;
      if (faults.missingTokenPasses) return { allowed: true, service: route.service, requestId };
      return faults.missingTokenStatus ?? 401;
    }
    const cacheKey = this.cacheKey(asked, isPublic);
    const decision = this.cache.get(asked.key) ?? this.cache.get(cacheKey) ?? decide(asked, faults);
    if (decision === undefined) return 500;
    this.cache.set(cacheKey, decision);
    if (faults.refusalsSpread && !decision.allowed) this.cache.set(asked.key, decision);
    return decision.allowed ? decision : (faults.refusalStatus ?? 403);
  }

  private cacheKey({ key, path, authorization }: Asked, isPublic: boolean): string {
    const { faults } = this;
    const hasVariable = key.includes("{");
    const known = faults.cacheMixesCallers && knownCaller(bearerOf(authorization)) !== undefined;
    return JSON.stringify([
      isPublic,
      hasVariable,
      isPublic || faults.cacheIgnoresCaller ? "" : known ? "some caller" : authorization,
      faults.cacheIgnoresRoute ? "" : key,
      hasVariable && !faults.cacheIgnoresPath ? path : "",
    ]);
  }

  /** Headers that the integration's mappings set in place of the caller's own. */
  private mapped({ key, requestId }: Asked, decision: Decision, incoming: IncomingMessage): Headers {
    const { faults } = this;
    const { caller } = decision;
    const hints: Headers = {
      "x-caller-subject": caller?.subject ?? "anonymous",
      "x-caller-client": caller?.client ?? "-",
      "x-caller-actor": caller?.actor ?? "-",
      "x-caller-scopes": caller?.scopes.join(" ") || "-",
      "x-caller-issuer": caller?.issuer ?? "-",
      "x-gateway-route": key,
      "x-request-id": faults.requestIdIsCached ? decision.requestId : requestId,
    };
    for (const [name, value] of Object.entries(hints)) {
      const forged = incoming.headers[name];
      if (faults.forgedHintsStay && forged !== undefined) hints[name] = `${forged},${value}`;
      if (faults.emptyKeysVanish && value === "-") delete hints[name];
    }
    const own = faults.forgedTokenPasses ? incoming.headers["x-serverless-authorization"] : undefined;
    return { ...hints, "x-serverless-authorization": String(own ?? `Bearer google-token-for-${decision.service}`) };
  }

  private forward(
    service: string,
    path: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    set: Headers,
  ): void {
    const own = Object.entries(incoming.headers as Headers);
    const dropped = this.faults.forwardedDropped ? ["forwarded"] : [];
    const kept = own.filter(
      ([name]) =>
        (this.faults.overrideHeadersPass || !OVERRIDES.test(name)) &&
        (this.faults.underscoresPass || !name.includes("_")) &&
        !dropped.includes(name),
    );
    const headers = { ...Object.fromEntries(kept), ...set };
    const onward = request({ host: "127.0.0.1", port: this.portOf(service), path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.end();
  }
}

function decoded(raw: string, { undecodablePasses }: Faults): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undecodablePasses ? raw.replaceAll("%", "-") : undefined;
  }
}

function refuse(outgoing: ServerResponse, status: number): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify({ message: STATUS_CODES[status] }));
}
