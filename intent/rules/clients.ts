import { pathOf } from "../../contract/scope-claims";
import { clashes } from "../derived/clashes";
import { clientsOf, type Draft, type Rule, scopeReaders, tokenIssuers } from "../derived/draft";
import { writtenScopes } from "../derived/routes";
import { issuersThatOpen } from "../derived/scopes";
import { configuredCaller } from "../derived/usage-plans";
import { suggestion } from "../model/nearest";
import type { ClientConfig, IssuerConfig } from "../schema/config";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/** A client's grant must be one that its issuer supports. */
export const clientsHaveTheirIssuer: Rule = (draft, report) => {
  for (const [id, client] of draft.clients) checkIssuer(draft, id, client, report);
};

function checkIssuer({ issuers }: Draft, id: string, client: ClientConfig, report: Report): void {
  const path = ["clients", id, "issuer"];
  const issuer = issuers.get(client.issuer);
  if (issuer === undefined) {
    report(path, {
      got: `the unknown issuer ${JSON.stringify(client.issuer)}`,
      expected: "an issuer of this environment",
      remedy: `correct it, or add the issuer; ${suggestion(client.issuer, issuers.keys())}`,
    });
  } else if (!canGive(issuer, client)) {
    report(path, {
      got: `${client.issuer}, ${describe(issuer)}`,
      expected:
        client.grant === "external"
          ? EXPECTED[client.clientId === undefined ? "identity" : "client"]
          : "a cognito issuer",
      remedy: remedyFor(issuer, client, issuers),
    });
  }
}

function canGive(issuer: IssuerConfig, client: ClientConfig): boolean {
  if (client.grant !== "external") return issuer.kind === "cognito";
  if (client.clientId !== undefined) return issuer.kind === "oidc" && issuer.grants === "token";
  return issuer.kind === "aws-iam" || (issuer.kind === "oidc" && issuer.grants === "subjects");
}

const EXPECTED = {
  identity: "an oidc issuer with grants: subjects, or an aws-iam issuer",
  client: "an oidc issuer with grants: token, because of clientId",
};

function describe(issuer: IssuerConfig): string {
  if (issuer.kind === "oidc") return `an oidc issuer with grants: ${issuer.grants}`;
  return issuer.kind === "cognito" ? "a cognito issuer" : "an aws-iam issuer";
}

function remedyFor(issuer: IssuerConfig, client: ClientConfig, issuers: Draft["issuers"]): string {
  if (client.grant === "external" && issuer.kind === "oidc" && issuer.grants === "token") {
    return "identify the client by its clientId: with grants: token, the issuer's tokens grant scopes to clients";
  }
  const fitting = [...issuers].flatMap(([id, other]) => (canGive(other, client) ? [id] : []));
  return fitting.length > 0 ? `name one that fits: ${fitting.join(", ")}` : "add an issuer that fits";
}

/** Cognito redirects users, with their authorization codes, only to these addresses. */
export const clientUrlsAreWhole: Rule = (draft, report) => {
  for (const [id, client] of clientsOf(draft, "authorization_code")) {
    for (const key of ["callbackUrls", "logoutUrls"] as const) {
      for (const [index, text] of client[key].entries()) {
        const url = URL.canParse(text) ? new URL(text) : undefined;
        if (url?.hostname && url.username === "" && url.password === "" && !text.includes("*")) continue;
        report(["clients", id, key, index], {
          got: JSON.stringify(text),
          expected: "a URL with a host, without user, password and * (Cognito compares the whole URL)",
          remedy: "write it as in https://shop.example.com/cb",
        });
      }
    }
  }
};

/** An external client is identified in one way: several, or none, would be ambiguous. */
export const externalsAreIdentified: Rule = (draft, report) => {
  for (const [id, client] of clientsOf(draft, "external")) {
    const ways = (["subject", "claims", "clientId"] as const).filter((way) => client[way] !== undefined);
    if (ways.length === 1) continue;
    report(["clients", id], {
      got: ways.join(" and ") || "none of subject, claims and clientId",
      expected: "one of subject, claims and clientId",
      remedy:
        "write the exact sub of its tokens, the exact claims (sub may be one of them), or with grants: token its client id",
    });
  }
};

/** Only an issuer whose tokens carry scopes has a claim for them. */
export const scopeClaimsAreOfTokens: Rule = (draft, report) => {
  for (const [id, { scopeClaim, clientId }] of clientsOf(draft, "external")) {
    if (scopeClaim === undefined || clientId !== undefined) continue;
    report(["clients", id, "scopeClaim"], {
      got: "scopeClaim without clientId",
      expected: "clientId: tokens of other clients carry no scopes that count",
      remedy: "remove it",
    });
  }
};

/** A caller has only one client, so that its permissions are in one place. */
export const subjectsAreUnique: Rule = (draft, report) => {
  const externals = externalsOf(draft);
  for (const { claim, other } of clashes(externals, ({ caller }) => caller)) {
    report(["clients", claim.id, claim.key], {
      got: `the same ${claim.key} as the client ${other.id}`,
      expected: `each issuer and ${claim.key} once`,
      remedy: `give all the scopes to one of ${claim.id} and ${other.id}, and remove the other`,
    });
  }
  for (const one of externals) {
    const other = externals.find((each) => each !== one && isWithin(each, one));
    if (other === undefined) continue;
    report(["clients", one.id, one.key], {
      got: `claims that every token of the client ${other.id} has too`,
      expected: "claims that identify exactly one client (the authorizer refuses a token that fits two)",
      remedy: `add a claim by which ${one.id} and ${other.id} differ`,
    });
  }
};

/** An issuer with grants: token accepts each client by one entry: in its list, or under `clients`. */
export const tokenClientsAreUnique: Rule = (draft, report) => {
  for (const [issuer, { clients: listed, scopes }] of tokenIssuers(draft)) {
    const own = clientsOf(draft, "external").filter(([, client]) => client.issuer === issuer);
    for (const [id, { clientId = "" }] of own) {
      if (!listed.includes(clientId) && !listed.includes(id)) continue;
      report(["clients", id, "clientId"], {
        got: listed.includes(clientId) ? JSON.stringify(clientId) : `${clientId} under the name ${issuer}/${id}`,
        expected: `a client that the issuer ${issuer} does not list itself`,
        remedy: `remove it from issuers.${issuer}.clients, or remove this entry`,
      });
    }
    if (listed.length + own.length === 0 || (listed.length > 0 && scopes.length === 0)) {
      report(["issuers", issuer], {
        got: listed.length > 0 ? "clients without scopes" : "no client",
        expected: "clients with scopes: tokens of any other client are refused",
        remedy: "list clients and scopes, or add clients with issuer, clientId and scopes",
      });
    } else if (listed.length === 0 && scopes.length > 0) {
      report(["issuers", issuer, "scopes"], {
        got: "scopes, but no listed client",
        expected: "no scopes: those of each entry under clients count",
        remedy: "remove it, or list clients",
      });
    }
  }
};

/** Logs, quotas and revocations identify a caller by a single name. */
export const callersHaveOneName: Rule = ({ clients }, report) => {
  const named = [...clients].map(([id, client]) => ({ id, name: configuredCaller(id, client) }));
  const isBySubject = ({ id }: { id: string }) => {
    const client = clients.get(id);
    return client?.grant === "external" && client.subject !== undefined;
  };
  for (const { claim, other } of clashes(named, ({ name }) => name)) {
    // Identical subjects are already reported.
    if (isBySubject(claim) === isBySubject(other)) continue;
    report(["clients", claim.id], {
      got: `the name ${claim.name}, which the client ${other.id} has too`,
      expected: "a unique name for each caller",
      remedy: "rename the client with claims",
    });
  }
};

/** Envoy identifies callers by one claim. */
export const sidecarsKnowNoClaims: Rule = (draft, report) => {
  const [byClaims] = clientsOf(draft, "external").find(([, { claims }]) => claims !== undefined) ?? [];
  if (byClaims === undefined) return;
  for (const [id, { verifyCallerToken }] of draft.services) {
    if (verifyCallerToken !== true) continue;
    report(["services", id, "verifyCallerToken"], {
      got: `true, but the client ${byClaims} has claims`,
      expected: "only clients with a subject (Envoy identifies an issuer's callers by one claim)",
      remedy: `write the subject of ${byClaims}, or remove verifyCallerToken`,
    });
  }
};

/** Envoy reads scopes from one claim of a token, by their own names. */
export const sidecarsReadOneClaim: Rule = (draft, report) => {
  const unread = scopeReaders(draft).filter(
    ({ path, issuer: { scopeClaim, scopeValues } }) =>
      path[0] === "clients" ||
      scopeValues !== undefined ||
      typeof scopeClaim !== "string" ||
      pathOf(scopeClaim).length > 1,
  );
  for (const [id, { routes, verifyCallerToken }] of draft.services) {
    if (verifyCallerToken !== true) continue;
    const issuers = [...routes.values()].flatMap((route) => issuersThatOpen(route, draft));
    const issuer = unread.find(({ id: each }) => issuers.includes(each))?.id;
    if (issuer === undefined) continue;
    report(["services", id, "verifyCallerToken"], {
      got: `true, but clients of ${issuer} may call the service`,
      expected: "scopes in one claim of the token, by their own names (Envoy reads no other)",
      remedy: `write them into one claim of ${issuer}'s tokens, or remove verifyCallerToken`,
    });
  }
};

/** Envoy's rules name the needs of a route in one text, in which & joins scopes and public means none. */
export const sidecarsTakeScopes: Rule = ({ handshake, services }, report) => {
  for (const [id, { routes, verifyCallerToken }] of services) {
    if (verifyCallerToken !== true && handshake !== "shared-issuer") continue;
    for (const [key, route] of routes) {
      for (const { scope, path } of writtenScopes(route)) {
        if (scope !== "public" && !scope.includes("&")) continue;
        report(["services", id, "routes", key, ...path], {
          got: JSON.stringify(scope),
          expected: "a scope without &, and another word than public (Envoy checks it)",
          remedy: "use another scope, or remove verifyCallerToken",
        });
      }
    }
  }
};

/** A pattern is not a caller. */
export const subjectsAreExact: Rule = (draft, report) => {
  for (const [id, { subject, claims = {} }] of clientsOf(draft, "external")) {
    const check = (path: Path, what: string, value: string) => {
      if (!value.includes("*")) return;
      report(["clients", id, ...path], {
        got: JSON.stringify(value),
        expected: `an exact ${what}: * matches nothing`,
        remedy: `write one client for each ${what}`,
      });
    };
    if (subject !== undefined) check(["subject"], "subject", subject);
    else for (const [claim, value] of Object.entries(claims)) check(["claims", claim], "value", value);
  }
};

interface External {
  readonly id: string;
  readonly issuer: string;
  readonly key: "subject" | "claims" | "clientId";
  readonly caller: string;
  /** All claims that a token of this client has. */
  readonly asked: Readonly<Record<string, string>>;
}

function externalsOf(draft: Draft): External[] {
  return clientsOf(draft, "external").map(([id, client]): External => {
    const { issuer, subject, clientId } = client;
    if (clientId !== undefined) {
      const caller = JSON.stringify([issuer, { clientId }]);
      return { id, issuer, key: "clientId", caller, asked: {} };
    }
    if (subject !== undefined) {
      return { id, issuer, key: "subject", caller: JSON.stringify([issuer, subject]), asked: { sub: subject } };
    }
    const claims = Object.entries(client.claims ?? {}).sort();
    const caller = JSON.stringify([issuer, client.claims === undefined ? [["id", id]] : claims]);
    return { id, issuer, key: "claims", caller, asked: Object.fromEntries(claims) };
  });
}

/**
 * Whether each token that matches this client also matches the other: this client requires all of the other's claims
 * and more.
 */
function isWithin(client: External, other: External): boolean {
  if (client.issuer !== other.issuer || client.caller === other.caller) return false;
  const wider = Object.entries(other.asked);
  return wider.length > 0 && wider.every(([claim, value]) => client.asked[claim] === value);
}
