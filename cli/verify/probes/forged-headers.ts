import {
  REROUTING_HEADERS,
  RESERVED_BY_HTTP_API,
  SERVICE_TOKEN_HEADER,
  TRUSTED_HEADERS,
} from "../../../contract/caller-headers";
import { type Answer, inWords, servedBy } from "../deployed/answer";
import { hasNothing, NO_ECHO, servedEcho } from "../deployed/echo";
import { isPublic, type ProbeRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { callableRoute, get, onCallableRoute, type Probe, planOf } from "./probe";

const FORGED = "forged-by-the-caller";

/** A forged value in each of these headers. */
export function forged(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, FORGED]));
}

/**
 * Needs no echo: Cloud Run would refuse a forged credential, because it ignores all others once this header is present.
 */
export const forgedGoogleToken: Probe = {
  id: "forged-google-token",
  question: "Is a caller's own X-Serverless-Authorization overwritten?",
  settles: "AWS documents overwrite:header, but not what happens to a caller's header of the same name.",
  plan: forgedToken(SERVICE_TOKEN_HEADER, {
    means:
      "the caller's header reaches Cloud Run, alone or next to the gateway's: a caller with a Google token of an invoker could use it",
    change: "remove the header before it is set, or move to a REST API (stacks/aws/service-routes.ts)",
  }),
};

/** Calls a route without and with a forged credential of the gateway. */
function forgedToken(header: string, { means, change }: Consequence): Probe["plan"] {
  return onCallableRoute((route) => {
    const other = get(route, { headers: { [header]: `Bearer ${FORGED}` } });
    return planOf([get(route), other], ([plain, answer]) => {
      if (!servedBy(plain)) return couldNotTell(`${route.key}, even without a forged header: ${inWords(plain)}`);
      if (servedBy(answer)) return confirmed(`${route.key} with a forged one: ${inWords(answer)}`);
      const seen = `${route.key}: ${inWords(plain)} without, and ${inWords(answer)} with a forged one`;
      return refuted(seen, means, change);
    });
  });
}

export const forgedHints: Probe = {
  id: "forged-hints",
  question: `Are a caller's own ${TRUSTED_HEADERS.join(", ")} overwritten?`,
  settles:
    "AWS does not document a caller's header of the same name: its value must not arrive, not even next to the gateway's.",
  plan: arrivals(() => forged(TRUSTED_HEADERS), {
    means: "services that trust these headers trust the caller",
    change: "let no service use them, and remove the headers before they are set (stacks/aws/service-routes.ts)",
  }),
};

/** The values would change nothing, even if a framework used them. */
export const overrideHeaders: Probe = {
  id: "override-headers",
  question: "Are the headers removed by which a caller could change method or path in some frameworks?",
  settles: "AWS documents remove:header; that it accepts these names is untested elsewhere.",
  plan: overridesArrive((name) => name),
};

/** CGI-style servers read these as the gateway's own headers, or as their own mount point. */
export const underscoreNames: Probe = {
  id: "underscore-names",
  question: "Are header names with underscores, which some servers read as other headers, kept from the service?",
  settles: "AWS documents removal by name; neither AWS nor Google documents whether such names pass at all.",
  plan: arrivals(() => ({ SCRIPT_NAME: `/${FORGED}`, X_Caller_Subject: FORGED, X_HTTP_Method_Override: FORGED }), {
    means: "a server that turns headers into CGI variables trusts the caller (README, what a service sees)",
    change:
      "behind a REST API run a server that drops such names; behind an HTTP API see stacks/aws/request-headers.ts",
  }),
};

/** Mappings of a REST API are case-sensitive. */
export const overrideTwins: Probe = {
  id: "override-twins",
  question: "Are override headers removed in lower case too?",
  settles: "AWS documents that header names in mappings are case-sensitive, and static values in quotes.",
  plan: overridesArrive((name) => name.toLowerCase()),
};

function overridesArrive(written: (name: string) => string): Probe["plan"] {
  const names = REROUTING_HEADERS.filter((name) => !RESERVED_BY_HTTP_API.test(name));
  const sent = ({ path }: ProbeRoute) =>
    Object.fromEntries(names.map((name) => [written(name), name.includes("-Method") ? "GET" : path]));
  return arrivals(sent, {
    means: "a framework that uses them serves another route than the one that was authorized",
    change: "switch the feature off in every service, and see why the mapping fails (stacks/aws/service-routes.ts)",
    // A REST API cannot remove a header, so it may pass on an empty one.
    arrived: (value) => !hasNothing(value),
  });
}

/** Mappings are case-sensitive, and services are not. */
export const headerTwins: Probe = {
  id: "header-twins",
  question: `Are a caller's own ${TRUSTED_HEADERS.join(", ")} overwritten in lower case too?`,
  settles:
    "AWS documents that header names in mappings are case-sensitive, but not what happens to a caller's copy in another case.",
  plan: arrivals(() => forged(TRUSTED_HEADERS.map((name) => name.toLowerCase())), {
    means: "services that trust these headers trust a caller who writes them in lower case",
    change: "let no service use a header that arrives twice",
  }),
};

/** Needs no echo: a forged credential next to the gateway's makes Cloud Run refuse. */
export const googleTokenTwin: Probe = {
  id: "google-token-twin",
  question: "Is a caller's own x-serverless-authorization overwritten in lower case too?",
  settles: "Whether the same holds for the header by which Cloud Run identifies the gateway.",
  plan: forgedToken(SERVICE_TOKEN_HEADER.toLowerCase(), {
    means:
      "the caller's header reaches Cloud Run next to the gateway's: a caller with a Google token of an invoker could use it",
    change: "make sure that no principal but the gateway can get a token of an invoker",
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
        const echo = servedEcho(answer);
        if (echo === undefined) return couldNotTell(`${route.key}: ${inWords(answer)}; ${NO_ECHO}`);
        if (hasNothing(echo.header("Authorization"))) continue;
        return refuted(
          `${route.key}: Authorization arrived with a value`,
          "the service sees its callers' tokens, and could use them at other services",
          "map it to a text that is not a token (stacks/aws/rest/rest-methods.ts)",
        );
      }
      return confirmed(`${route.key}: Authorization did not arrive, or arrived empty`);
    });
  },
};

interface Consequence {
  readonly means: string;
  readonly change: string;
  /** Whether a header's value is the caller's. Default: it contains the forged text. */
  readonly arrived?: (value: string | undefined) => boolean;
}

/** Sends headers that must not arrive, and checks the echo for those that did. */
function arrivals(
  headersFor: (route: ProbeRoute) => Readonly<Record<string, string>>,
  consequence: Consequence,
): Probe["plan"] {
  return onCallableRoute((route) => {
    const headers = headersFor(route);
    return planOf([get(route, { headers })], ([answer]) => judgeArrivals(route, answer, headers, consequence));
  });
}

/** @param headers of the request, none of which must arrive */
export function judgeArrivals(
  { key }: ProbeRoute,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  { means, change, arrived = (value) => value?.includes(FORGED) ?? false }: Consequence,
): Verdict {
  const echo = servedEcho(answer);
  if (echo === undefined) return couldNotTell(`${key}: ${inWords(answer)}; ${NO_ECHO}`);
  const names = Object.keys(headers).filter((name) => arrived(echo.header(name)));
  if (names.length === 0) return confirmed(`${key}: none of them arrived`);
  return refuted(`${key}: the caller's value arrived in ${names.join(", ")}`, means, change);
}
