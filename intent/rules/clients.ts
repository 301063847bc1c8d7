import { clashes } from "../clashes";
import type { Draft } from "../draft";
import type { Report } from "../finding";
import { suggestion } from "../nearest";
import type { Rule } from "../rule";
import type { ClientConfig, IssuerConfig } from "../schema";

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

/** One caller has one client, so that what it may do stands in one place. */
export const subjectsAreUnique: Rule = ({ clients }, report) => {
  for (const { claim, other } of clashes(externalsOf(clients), ({ caller }) => caller)) {
    report(["clients", claim.id, "subject"], {
      got: `the subject of the client ${other.id} once more`,
      expected: "each issuer and subject once",
      remedy: `give all the scopes to one of ${claim.id} and ${other.id}, and remove the other`,
    });
  }
};

/** A pattern is not a caller. */
export const subjectsAreExact: Rule = ({ clients }, report) => {
  for (const { id, subject } of externalsOf(clients)) {
    if (!subject.includes("*")) continue;
    report(["clients", id, "subject"], {
      got: JSON.stringify(subject),
      expected: "an exact subject: * matches nothing",
      remedy: "write one client for each subject",
    });
  }
};

function externalsOf(clients: Draft["clients"]) {
  return [...clients].flatMap(([id, client]) =>
    client?.grant === "external"
      ? [{ id, subject: client.subject, caller: JSON.stringify([client.issuer, client.subject]) }]
      : [],
  );
}
