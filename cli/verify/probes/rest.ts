import { SERVICE_TOKEN_HEADER, TRUSTED_HEADERS } from "../../../contract/caller-headers";
import { inWords, servedBy } from "../deployed/answer";
import { echoOf, hasNothing, NO_ECHO } from "../deployed/echo";
import { isPublic } from "../deployed/routes";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { arrivals, FORGED, forgedToken } from "./forged-headers";
import { callableRoute, get, type Probe, planOf } from "./probe";

/** Mappings are case-sensitive, and services are not. */
export const headerTwins: Probe = {
  id: "header-twins",
  question: `Are a caller's own ${TRUSTED_HEADERS.join(", ")} overwritten in lower case too?`,
  settles:
    "AWS documents that header names in mappings are case-sensitive, but not what happens to a caller's copy in another case.",
  plan: (door) =>
    arrivals(door, Object.fromEntries(TRUSTED_HEADERS.map((name) => [name.toLowerCase(), FORGED])), {
      means: "services that believe these headers believe the caller, who writes them in lower case",
      change: "let no service use one that is there twice",
    }),
};

/** Needs no echo: a forged credential next to the gateway's makes Cloud Run refuse. */
export const googleTokenTwin: Probe = {
  id: "google-token-twin",
  question: "Is a caller's own x-serverless-authorization overwritten in lower case too?",
  settles: "The same, for the header with which Cloud Run identifies the gateway.",
  plan: (door) =>
    forgedToken(door, SERVICE_TOKEN_HEADER.toLowerCase(), {
      means:
        "the caller's header reaches Cloud Run next to the gateway's: a caller with a Google token of an invoker could use it",
      change: "keep tokens of the invokers where they are; no principal but the gateway may ask for one",
    }),
};

export const tokenWithheld: Probe = {
  id: "token-withheld",
  question: "Is the caller's token withheld from services that do not request it?",
  settles: "AWS documents static values in quotes, but not what an empty pair of quotes does to a header.",
  plan(door) {
    const { withheld } = door.deployment;
    const route = callableRoute(door, (each) => !isPublic(each) && withheld.includes(each.key));
    if (route === undefined) return couldNotTell("set CALLER_TOKEN to one that opens a GET route that withholds it");
    // As HTTP/1.1 clients write it, and as HTTP/2 clients do.
    const requests = [get(route), get(route, { credentialHeader: "authorization" })];
    return planOf(requests, (answers) => {
      for (const answer of answers) {
        const echo = servedBy(answer) ? echoOf(answer.body) : undefined;
        if (echo === undefined) return couldNotTell(`${route.key}: ${inWords(answer)}; ${NO_ECHO}`);
        if (hasNothing(echo.header("Authorization"))) continue;
        return refuted(
          `${route.key}: Authorization arrived with something in it`,
          "the service sees its callers' tokens, and could use them at other services",
          "map it to a text that is no token (stacks/aws/rest/rest-methods.ts)",
        );
      }
      return confirmed(`${route.key}: Authorization did not arrive, or with nothing in it`);
    });
  },
};
