import { rotatedClients } from "../derived/draft";
import type { Rule } from "../derived/rule";
import { FUNCTION_NAME_CHARACTERS } from "../model/limits";
import { namedAs, prefix, ROTATION_START, rotationFunction } from "../model/names";

/** A function and its role share one name limit. This name combines three names from the config. */
export const rotationNamesFit: Rule = (draft, report) => {
  const { name, environment } = draft;
  for (const { id, named } of rotatedClients(draft)) {
    const rotation = rotationFunction(prefix(name, environment), named);
    const excess = rotation.length - FUNCTION_NAME_CHARACTERS;
    if (excess <= 0) continue;
    report(["clients", id, "rotateEveryDays"], {
      got: `${rotation} (${rotation.length} characters) as the function that rotates the secret of ${id}`,
      expected: `at most ${FUNCTION_NAME_CHARACTERS} (AWS Lambda's limit for a function's name)`,
      remedy: `shorten the name, the environment or the client by ${excess}`,
    });
  }
};

/** A service's role is named after the service, a rotation's role after the client. The names must not clash. */
export const rotationsAreFree: Rule = (draft, report) => {
  if (rotatedClients(draft).length === 0) return;
  for (const [id, service] of draft.services) {
    if (![id, namedAs(id, service)].some((each) => each.startsWith(ROTATION_START))) continue;
    report(["services", id], {
      got: `the service ${id}`,
      expected: `a name that does not start with ${ROTATION_START} (functions that rotate secrets do)`,
      remedy: "rename the service",
    });
  }
};
