import type { Explanation, Hint } from "./explanation";

/** The explanation for a terminal, one line a fact. Neither the token nor its signature is in it. */
export function explanationText(found: Explanation, now: number): readonly string[] {
  const { issuer, claims, caller, refusal } = found;
  return [
    ...(issuer
      ? [`issuer: ${issuer.id} (${issuer.url})`]
      : claims
        ? [`issuer: ${claims.iss}, which config does not have`]
        : []),
    ...(claims ? [`signature: ${SIGNATURE[found.signature]}`] : []),
    ...(caller ? callerLines(found, now) : []),
    ...(refusal === undefined ? [] : [`refused: ${refusal} (docs/reference/refusal-reasons.md)`]),
    ...found.hints.map((hint) => `    ${hintText(hint)}`),
  ];
}

const SIGNATURE = {
  valid: "valid",
  invalid: "does not match the issuer's key",
  "unknown-key": "made with a key that the issuer does not publish",
  unchecked: "not checked: the issuer's keys are not available here (--keys <file> has them)",
} as const;

function callerLines({ caller, claims, ignored, routes }: Explanation, now: number): readonly string[] {
  const minutes = Math.round(((claims?.exp ?? now) - now) / 60);
  const why = {
    "not-granted": "config does not grant it to this client",
    "not-mapped": "no entry of scopeValues",
    "not-actors": "config does not grant it to the party that acts",
  };
  const { actor } = caller ?? {};
  const agent = caller?.kind === "agent" ? " (an agent)" : "";
  return [
    `caller: ${caller?.client ?? caller?.subject}${actor === undefined ? agent : ""}`,
    `subject: ${caller?.subject}`,
    ...(actor === undefined ? [] : [`acting for the subject: ${actor}${agent}`]),
    `scopes that count: ${caller?.scopes.join(", ") || "none"}`,
    ...ignored.map(({ value, why: reason }) => `ignored: ${value} (${why[reason]})`),
    `routes: ${routes.join(", ") || "only public ones"}`,
    `expires: in ${minutes} min`,
  ];
}

function hintText(hint: Hint): string {
  switch (hint.kind) {
    case "issuer-spelling":
      return `the token's iss is ${hint.url}: write it so in issuers.${hint.issuer}.issuer`;
    case "issuers":
      return `config has ${hint.urls.join(", ") || "no issuer with tokens"}`;
    case "audience":
      return `the token is for ${hint.found.join(", ") || "no audience"}: request it for an audience of issuers.${hint.issuer}.audiences, or add that`;
    case "claim":
      return `this token has ${hint.claim}: set issuers.${hint.issuer}.${hint.key}: ${hint.claim}`;
    case "client":
      return `add ${hint.client} to issuers.${hint.issuer}.clients, or as clients.<id>.clientId`;
    case "scopes": {
      const granting = `map it to scopes of a route in issuers.${hint.issuer}.scopeValues`;
      const listed = `add it to issuers.${hint.issuer}.scopes and to a route, or `;
      return `config grants nothing for ${hint.values.join(", ")}: ${hint.key === "scopes" ? listed : ""}${granting}`;
    }
    case "actor": {
      if (hint.actor === undefined) return "act names no party: let the issuer write an object with the party's sub";
      if (hint.other !== undefined)
        return `act names a party of ${hint.other}: only a client of ${hint.issuer} may act`;
      return `act names ${hint.actor}: if you trust it to act, declare it as a client of ${hint.issuer}`;
    }
    case "algorithm":
      return "the authorizer accepts RS256 and ES256: let the issuer sign with one of them";
    case "clock":
      return hint.seconds > 0
        ? `it expired ${hint.seconds} s ago: request a new one, or correct this clock`
        : `it counts in ${-hint.seconds} s: correct the issuer's clock, or this one`;
  }
}
