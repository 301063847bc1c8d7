import type { Rule } from "../derived/draft";
import { asWritten, needsOf } from "../derived/routes";
import { issuersOfScopes } from "../derived/scopes";
import { AUDIENCES_PER_ISSUER, AUTHORIZERS_PER_API } from "../model/limits";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

const FEDERATED = "or write handshake: federated, whose authorizer can";

/** A route has one API Gateway authorizer, which accepts one issuer. */
export const routesHaveOneIssuer: Rule = ({ handshake, issuers, clients, services }, report) => {
  if (handshake !== "shared-issuer") return;
  for (const [id, { routes }] of services) {
    for (const [key, route] of routes) {
      const found = issuersOfScopes(needsOf(route), issuers, clients);
      if (found.length <= 1) continue;
      report(["services", id, "routes", key], {
        got: `callers of ${found.join(", ")}`,
        expected: "callers of one issuer (with handshake: shared-issuer, API Gateway accepts one issuer per route)",
        remedy: `remove its scopes from the callers of all issuers but one, ${FEDERATED}`,
      });
    }
  }
};

/** API Gateway accepts any one of a route's scopes, so it would let callers pass whom Envoy refuses. */
export const routesNeedOneScope: Rule = ({ handshake, services }, report) => {
  if (handshake !== "shared-issuer") return;
  for (const [id, { routes }] of services) {
    for (const [key, route] of routes) {
      for (const { need, path } of asWritten(route)) {
        if (typeof need === "string") continue;
        report(["services", id, "routes", key, ...path], {
          got: "allOf",
          expected: "single scopes (under shared-issuer API Gateway checks them as well, and any one is enough for it)",
          remedy: `give the route a scope of its own, ${FEDERATED}`,
        });
      }
    }
  }
};

/** A claim name that an access log variable can contain. AWS documents no way to write other characters. */
const PLAIN_CLAIM = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The access log identifies the client by a claim, through an API Gateway variable. */
export const gatewayLogsClients: Rule = ({ handshake, issuers }, report) => {
  if (handshake !== "shared-issuer") return;
  for (const [id, issuer] of issuers) {
    if (issuer.kind !== "oidc" || issuer.grants !== "token") continue;
    if (PLAIN_CLAIM.test(issuer.clientClaim)) continue;
    report(["issuers", id, "clientClaim"], {
      got: JSON.stringify(issuer.clientClaim),
      expected:
        "letters, digits and _ (with handshake: shared-issuer, API Gateway's access log reads the client from this claim)",
      remedy: `use a claim such as client_id or azp that also holds the client id, ${FEDERATED}`,
    });
  }
};

/** API Gateway reads the scopes in a token from two claim names. It cannot grant scopes itself. */
export const gatewayReadsScopes: Rule = ({ handshake, issuers }, report) => {
  if (handshake !== "shared-issuer") return;
  for (const [id, issuer] of issuers) {
    if (issuer.kind === "aws-iam") {
      report(["issuers", id, "kind"], {
        got: "aws-iam",
        expected:
          "cognito or oidc (with handshake: shared-issuer, API Gateway and Envoy verify JWTs only, and these callers have none)",
        remedy: `remove the issuer and its clients, ${FEDERATED}`,
      });
    }
    if (issuer.kind !== "oidc") continue;
    if (issuer.grants === "subjects") {
      report(["issuers", id], {
        got: "grants: subjects",
        expected:
          "a cognito issuer or grants: token (with handshake: shared-issuer, API Gateway checks the token's own scopes)",
        remedy: `remove the issuer and its clients, ${FEDERATED}`,
      });
    } else if (issuer.grants === "token" && !["scope", "scp"].includes(issuer.scopeClaim)) {
      report(["issuers", id, "scopeClaim"], {
        got: JSON.stringify(issuer.scopeClaim),
        expected: "scope or scp (with handshake: shared-issuer, API Gateway reads no other claim)",
        remedy: `configure the issuer to write scopes into one of them, ${FEDERATED}`,
      });
    }
  }
};

/** Each issuer needs one authorizer, with one audience for each app client of a user pool. */
export const authorizersFit: Rule = ({ handshake, issuers, clients }, report) => {
  if (handshake !== "shared-issuer") return;
  if (issuers.size > AUTHORIZERS_PER_API) {
    report(["issuers"], {
      got: `${issuers.size} issuers`,
      expected: `at most ${AUTHORIZERS_PER_API} (API Gateway's limit of authorizers per API)`,
      remedy: `remove some, ${FEDERATED}`,
    });
  }
  for (const [id, issuer] of issuers) {
    const own = [...clients.values()].filter((client) => client.issuer === id);
    if (issuer.kind !== "cognito" || own.length <= AUDIENCES_PER_ISSUER) continue;
    report(["issuers", id], {
      got: `${own.length} clients`,
      expected: `at most ${AUDIENCES_PER_ISSUER} (API Gateway's limit of audiences per authorizer)`,
      remedy: `let clients share audiences, ${FEDERATED}`,
    });
  }
};

/** Any holder of a valid token can call the service directly, bypassing the gateway and its request limits. */
export const throttlesAreABoundary: Rule = (draft, report) => {
  if (draft.handshake !== "shared-issuer") return;
  if (draft.gateway.throttle !== undefined) refuseThrottle(["gateway", "throttle"], report);
  for (const [id, { routes }] of draft.services) {
    for (const [key, route] of routes) {
      if (route === "public" || route.throttle === undefined) continue;
      refuseThrottle(["services", id, "routes", key, "throttle"], report);
    }
  }
};

function refuseThrottle(path: Path, report: Report): void {
  report(path, {
    got: "a throttle",
    expected:
      "none (with handshake: shared-issuer, any caller with a valid token can bypass the gateway at the run.app URL)",
    remedy: "set throttle: null and limit the load with scaling.max, or set handshake: federated",
  });
}
