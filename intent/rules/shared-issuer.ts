import { issuersOf, type Rule, scopeReaders, tokenIssuers } from "../derived/draft";
import { asWritten, writtenScopes } from "../derived/routes";
import { issuersThatOpen } from "../derived/scopes";
import { AUDIENCES_PER_ISSUER, AUTHORIZERS_PER_API, JWT_SCOPE_CHARACTERS } from "../model/limits";

const FEDERATED = "or write handshake: federated, whose authorizer can";

/** A route has one API Gateway authorizer, which accepts one issuer. */
export const routesHaveOneIssuer: Rule = (draft, report) => {
  if (draft.handshake !== "shared-issuer") return;
  for (const { config, path } of draft.routes) {
    const found = issuersThatOpen(config, draft);
    if (found.length <= 1) continue;
    report(path, {
      got: `callers of ${found.join(", ")}`,
      expected: "callers of one issuer (with handshake: shared-issuer, API Gateway accepts one issuer per route)",
      remedy: `remove its scopes from the callers of all issuers but one, ${FEDERATED}`,
    });
  }
};

/** API Gateway accepts any one of a route's scopes, so it would let callers pass whom Envoy refuses. */
export const routesNeedOneScope: Rule = ({ handshake, routes }, report) => {
  if (handshake !== "shared-issuer") return;
  for (const { config, path } of routes) {
    for (const { need, path: at } of asWritten(config)) {
      if (typeof need === "string") continue;
      report([...path, ...at], {
        got: "allOf",
        expected: "single scopes (under shared-issuer API Gateway also checks them, and accepts any one of them)",
        remedy: `give the route its own scope, ${FEDERATED}`,
      });
    }
  }
};

/** API Gateway checks the scopes of a route itself, and takes shorter ones than the program does. */
export const gatewayTakesScopes: Rule = ({ handshake, routes }, report) => {
  if (handshake !== "shared-issuer") return;
  for (const { config, path } of routes) {
    for (const { scope, path: at } of writtenScopes(config)) {
      if (scope.length <= JWT_SCOPE_CHARACTERS) continue;
      report([...path, ...at], {
        got: `${scope.length} characters`,
        expected: `at most ${JWT_SCOPE_CHARACTERS} (API Gateway's limit with handshake: shared-issuer)`,
        remedy: `use a shorter scope, ${FEDERATED}`,
      });
    }
  }
};

/** A claim name that an access log variable can contain. AWS documents no way to write other characters. */
const PLAIN_CLAIM = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The access log identifies the client by a claim, through an API Gateway variable. */
export const gatewayLogsClients: Rule = (draft, report) => {
  if (draft.handshake !== "shared-issuer") return;
  for (const [id, issuer] of tokenIssuers(draft)) {
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
export const gatewayReadsScopes: Rule = (draft, report) => {
  if (draft.handshake !== "shared-issuer") return;
  for (const [id] of issuersOf(draft, "aws-iam")) {
    report(["issuers", id, "kind"], {
      got: "aws-iam",
      expected:
        "cognito or oidc (with handshake: shared-issuer, API Gateway and Envoy verify JWTs only, and these callers have none)",
      remedy: `remove the issuer and its clients, ${FEDERATED}`,
    });
  }
  for (const { path } of scopeReaders(draft).filter((each) => each.path[0] === "clients")) {
    report([...path, "scopeClaim"], {
      got: "a client with scopeClaim",
      expected: "one claim for all clients of an issuer (with handshake: shared-issuer, API Gateway reads no other)",
      remedy: `remove it, ${FEDERATED}`,
    });
  }
  for (const [id, issuer] of issuersOf(draft, "oidc")) {
    if (issuer.grants === "subjects") {
      report(["issuers", id], {
        got: "grants: subjects",
        expected:
          "a cognito issuer or grants: token (with handshake: shared-issuer, API Gateway checks the token's own scopes)",
        remedy: `remove the issuer and its clients, ${FEDERATED}`,
      });
    } else if (issuer.scopeValues !== undefined) {
      report(["issuers", id, "scopeValues"], {
        got: "scopeValues",
        expected: "scopes that the token carries by their names (with handshake: shared-issuer, API Gateway maps none)",
        remedy: `configure the issuer to write the scopes, ${FEDERATED}`,
      });
    } else if (!["scope", "scp"].includes(String(issuer.scopeClaim))) {
      report(["issuers", id, "scopeClaim"], {
        got: [issuer.scopeClaim].flat().join(" and "),
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
  const routes = draft.routes.map(({ config, path }) => ({ ...config, path }));
  for (const { throttle, path } of [{ throttle: draft.gateway.throttle, path: ["gateway"] }, ...routes]) {
    if (throttle === undefined) continue;
    report([...path, "throttle"], {
      got: "a throttle",
      expected:
        "none (with handshake: shared-issuer, any caller with a valid token can bypass the gateway at the run.app URL)",
      remedy: "set throttle: null and limit the load with scaling.max, or set handshake: federated",
    });
  }
};
