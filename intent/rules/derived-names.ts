import { type Draft, type Rule, rotatedClients } from "../derived/draft";
import { countedCallers } from "../derived/usage-plans";
import {
  API_KEY_NAME_CHARACTERS,
  AUTHORIZER_NAME_CHARACTERS,
  COGNITO_NAME_CHARACTERS,
  FUNCTION_NAME_CHARACTERS,
} from "../model/limits";
import { clientName, namedAs, rotationFunction, userPoolName } from "../model/names";
import type { Path } from "../source/located";

/** A name that the program derives from an id, and its length limit. */
interface Derived {
  readonly path: Path;
  readonly name: string;
  /** `the app client of web`. */
  readonly bearer: string;
  readonly limit: number;
  /** `Cognito's limit for the name of an app client`. */
  readonly whose: string;
  /** What can be shortened. */
  readonly parts: string;
}

/**
 * Ids of issuers and clients have no limit themselves, but the names derived from them do. A client's secret needs no
 * check: its name is one word longer than the app client's, and Secrets Manager allows 512 characters.
 */
export const derivedNamesFit: Rule = (draft, report) => {
  const all = [...ofIssuers(draft), ...ofClients(draft), ...ofRotations(draft), ...ofKeys(draft)];
  for (const { path, name, bearer, limit, whose, parts } of all) {
    const excess = name.length - limit;
    if (excess <= 0) continue;
    report(path, {
      got: `${name} (${name.length} characters) as ${bearer}`,
      expected: `at most ${limit} (${whose})`,
      remedy: `shorten the name, the environment or ${parts} by ${excess}`,
    });
  }
};

function ofIssuers({ prefix, handshake, issuers }: Draft): Derived[] {
  return [...issuers].flatMap(([id, issuer]): Derived[] => {
    const shared = { path: ["issuers", id], name: userPoolName(prefix, id), parts: "the issuer's id" };
    if (issuer.kind === "cognito") {
      const whose = "Cognito's limit for the name of a user pool";
      return [{ ...shared, bearer: `the user pool of ${id}`, limit: COGNITO_NAME_CHARACTERS, whose }];
    }
    if (handshake !== "shared-issuer") return [];
    const whose = "API Gateway's limit for the name of an authorizer";
    return [{ ...shared, bearer: `the authorizer of ${id}`, limit: AUTHORIZER_NAME_CHARACTERS, whose }];
  });
}

function ofClients({ prefix, clients }: Draft): Derived[] {
  return [...clients].flatMap(([id, client]): Derived[] => {
    if (client.grant === "external") return [];
    return [
      {
        path: ["clients", id],
        name: clientName(prefix, namedAs(id, client)),
        bearer: `the app client of ${id}`,
        limit: COGNITO_NAME_CHARACTERS,
        whose: "Cognito's limit for the name of an app client",
        parts: "the client's id",
      },
    ];
  });
}

/** The function that rotates a client's secret. It and its role share one limit. */
function ofRotations(draft: Draft): Derived[] {
  return rotatedClients(draft).map(({ id, named }) => ({
    path: ["clients", id, "rotateEveryDays"],
    name: rotationFunction(draft.prefix, named),
    bearer: `the function that rotates the secret of ${id}`,
    limit: FUNCTION_NAME_CHARACTERS,
    whose: "AWS Lambda's limit for a function's name",
    parts: "the client",
  }));
}

function ofKeys(draft: Draft): Derived[] {
  return countedCallers(draft).map(({ address, path, what }) => ({
    path,
    name: clientName(draft.prefix, address),
    bearer: `the key that counts the usage of ${what}`,
    limit: API_KEY_NAME_CHARACTERS,
    whose: "API Gateway's limit for the name of an API key",
    parts: "the id",
  }));
}
