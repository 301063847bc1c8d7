import { clashes } from "../clashes";
import type { Draft } from "../draft";
import type { Report } from "../finding";
import { suggestion } from "../nearest";
import type { Rule } from "../rule";
import type { ClientConfig, IssuerConfig } from "../schema";
import { configuredCaller } from "../usage-plans";

/** A client's grant is one that its issuer can give. */
export const clientsHaveTheirIssuer: Rule = (draft, report) => {
  for (const [id, client] of draft.clients) if (client) checkIssuer(draft, id, client, report);
};

function checkIssuer({ issuers }: Draft, id: string, client: ClientConfig, report: Report): void {
  const path = ["clients", id, "issuer"];
  const issuer = issuers.get(client.issuer);
  if (!issuers.has(client.issuer)) {
    report(path, {
      got: `the unknown issuer ${JSON.stringify(client.issuer)}`,
      expected: "an issuer of this environment",
      remedy: `correct it, or add the issuer; ${suggestion(client.issuer, issuers.keys())}`,
    });
  } else if (issuer && !canGive(issuer, client)) {
    report(path, {
      got: `${client.issuer}, ${describe(issuer)}`,
      expected: client.grant === "external" ? "an oidc issuer with grants: subjects" : "a cognito issuer",
      remedy: remedyFor(issuer, client, issuers),
    });
  }
}

function canGive(issuer: IssuerConfig, client: ClientConfig): boolean {
  if (client.grant !== "external") return issuer.kind === "cognito";
  return issuer.kind === "oidc" && issuer.grants === "subjects";
}

function describe(issuer: IssuerConfig): string {
  return issuer.kind === "cognito" ? "a cognito issuer" : `an oidc issuer with grants: ${issuer.grants}`;
}

function remedyFor(issuer: IssuerConfig, client: ClientConfig, issuers: Draft["issuers"]): string {
  if (client.grant === "external" && issuer.kind === "oidc") {
    return "remove the client: with grants: token the issuer's own scopes and clients decide";
  }
  const fitting = [...issuers].flatMap(([id, other]) => (other && canGive(other, client) ? [id] : []));
  return fitting.length > 0 ? `name one that fits: ${fitting.join(", ")}` : "add an issuer that fits";
}

/** Cognito sends people, and the proof of who they are, to these addresses and no others. */
export const clientUrlsAreWhole: Rule = ({ clients }, report) => {
  for (const [id, client] of clients) {
    if (client?.grant !== "authorization_code") continue;
    for (const key of ["callbackUrls", "logoutUrls"] as const) {
      for (const [index, text] of client[key].entries()) {
        const url = URL.canParse(text) ? new URL(text) : undefined;
        if (url?.hostname && url.username === "" && url.password === "" && !text.includes("*")) continue;
        report(["clients", id, key, index], {
          got: JSON.stringify(text),
          expected: "a URL with a host, without user, password and * (Cognito compares it as a whole)",
          remedy: "write it as in https://shop.example.com/cb",
        });
      }
    }
  }
};

/** An issuer vouches for its callers by subject or by claims: with both, or neither, nobody could say who is meant. */
export const externalsAreTold: Rule = ({ clients }, report) => {
  for (const { id, subject, claims } of externalsOf(clients)) {
    if ((subject === undefined) !== (claims === undefined)) continue;
    report(["clients", id], {
      got: subject === undefined ? "neither subject nor claims" : "both subject and claims",
      expected: "one of subject and claims",
      remedy: "write the exact sub of its tokens, or the exact claims (sub may be one of them)",
    });
  }
};

/** One caller has one client, so that what it may do stands in one place. */
export const subjectsAreUnique: Rule = ({ clients }, report) => {
  const externals = externalsOf(clients);
  for (const { claim, other } of clashes(externals, ({ caller }) => caller)) {
    report(["clients", claim.id, claim.key], {
      got: `the ${claim.key} of the client ${other.id} once more`,
      expected: `each issuer and ${claim.key} once`,
      remedy: `give all the scopes to one of ${claim.id} and ${other.id}, and remove the other`,
    });
  }
  for (const one of externals) {
    const other = externals.find((each) => each !== one && isWithin(each, one));
    if (other === undefined) continue;
    report(["clients", one.id, one.key], {
      got: `claims that every token of the client ${other.id} has too`,
      expected: "claims by which one client is told from another (the authorizer refuses a token of two)",
      remedy: `add a claim by which ${one.id} and ${other.id} differ`,
    });
  }
};

/** The log, a quota and a revocation know a caller by one name. */
export const callersHaveOneName: Rule = ({ clients }, report) => {
  const named = [...clients].flatMap(([id, client]) => (client ? [{ id, name: configuredCaller(id, client) }] : []));
  const isBySubject = ({ id }: { id: string }) => {
    const client = clients.get(id);
    return client?.grant === "external" && client.subject !== undefined;
  };
  for (const { claim, other } of clashes(named, ({ name }) => name)) {
    // Twice the same subject is told already.
    if (isBySubject(claim) === isBySubject(other)) continue;
    report(["clients", claim.id], {
      got: `the name ${claim.name}, as the client ${other.id}`,
      expected: "another name for each caller",
      remedy: "rename the client that is told by its claims",
    });
  }
};

/** Envoy tells callers apart by one claim. */
export const sidecarsKnowNoClaims: Rule = ({ clients, services }, report) => {
  const told = externalsOf(clients).find(({ claims }) => claims !== undefined);
  if (told === undefined) return;
  for (const [id, { verifyCallerToken }] of services) {
    if (verifyCallerToken !== true) continue;
    report(["services", id, "verifyCallerToken"], {
      got: `true, where the client ${told.id} is told by its claims`,
      expected: "clients by subject alone (Envoy tells an issuer's callers apart by one claim)",
      remedy: `write the subject of ${told.id}, or leave the check to the gateway`,
    });
  }
};

/** A pattern is not a caller. */
export const subjectsAreExact: Rule = ({ clients }, report) => {
  for (const { id, subject, claims = {} } of externalsOf(clients)) {
    const values = subject === undefined ? Object.entries(claims) : [[undefined, subject] as const];
    for (const [claim, value] of values) {
      if (!value.includes("*")) continue;
      report(["clients", id, ...(claim === undefined ? ["subject"] : ["claims", claim])], {
        got: JSON.stringify(value),
        expected: `an exact ${claim === undefined ? "subject" : "value"}: * matches nothing`,
        remedy: `write one client for each ${claim === undefined ? "subject" : "value"}`,
      });
    }
  }
};

function externalsOf(clients: Draft["clients"]) {
  return [...clients].flatMap(([id, client]) =>
    client?.grant === "external"
      ? [
          {
            id,
            issuer: client.issuer,
            subject: client.subject,
            claims: client.claims,
            key: client.subject === undefined ? "claims" : "subject",
            caller: JSON.stringify([client.issuer, client.subject ?? Object.entries(client.claims ?? { id }).sort()]),
          },
        ]
      : [],
  );
}

type External = ReturnType<typeof externalsOf>[number];

/** Whether each token that is this client's is the other one's as well: it asks for all of its claims and more. */
function isWithin(client: External, other: External): boolean {
  if (client.issuer !== other.issuer || client.caller === other.caller) return false;
  const asked = (each: External) => (each.subject === undefined ? (each.claims ?? {}) : { sub: each.subject });
  const [all, wider] = [asked(client), Object.entries(asked(other))];
  return wider.length > 0 && wider.every(([claim, value]) => all[claim as "sub"] === value);
}
