import {
  REROUTING_HEADERS,
  RESERVED_BY_HTTP_API,
  SERVICE_TOKEN_HEADER,
  TRUSTED_HEADERS,
} from "../../../contract/caller-headers";
import { type Answer, inWords, servedBy } from "../deployed/answer";
import { echoOf, hasNothing, NO_ECHO } from "../deployed/echo";
import type { ProbeRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { callableRoute, type FrontDoor, get, NOTHING_TO_CALL, type Probe, planOf } from "./probe";

export const FORGED = "forged-by-the-caller";

/**
 * Needs no echo: Cloud Run would refuse a forged credential, because it ignores all others once this header is present.
 */
export const forgedGoogleToken: Probe = {
  id: "forged-google-token",
  question: "Is a caller's own X-Serverless-Authorization overwritten?",
  settles: "AWS documents overwrite:header, but not what happens to a caller's header of the same name.",
  plan: (door) =>
    forgedToken(door, SERVICE_TOKEN_HEADER, {
      means:
        "the caller's header reaches Cloud Run, alone or next to the gateway's: a caller with a Google token of an invoker could use it",
      change: "remove the header before it is set, or move to a REST API (stacks/aws/service-routes.ts)",
    }),
};

/** Calls a route without and with a forged credential of the gateway. */
export function forgedToken(
  door: FrontDoor,
  header: string,
  { means, change }: Consequence,
): ReturnType<Probe["plan"]> {
  const route = callableRoute(door);
  if (route === undefined) return couldNotTell(NOTHING_TO_CALL);
  const forged = get(route, { headers: { [header]: `Bearer ${FORGED}` } });
  return planOf([get(route), forged], ([plain, answer]) => {
    if (!servedBy(plain)) return couldNotTell(`${route.key}, even without a forged header: ${inWords(plain)}`);
    if (servedBy(answer)) return confirmed(`${route.key} with a forged one: ${inWords(answer)}`);
    return refuted(`${route.key}: ${inWords(plain)} without, and ${inWords(answer)} with a forged one`, means, change);
  });
}

export const forgedHints: Probe = {
  id: "forged-hints",
  question: `Are a caller's own ${TRUSTED_HEADERS.join(", ")} overwritten?`,
  settles:
    "The same, for headers that services trust: a caller's value must not arrive, not even in addition to the gateway's.",
  plan: (door) =>
    arrivals(door, Object.fromEntries(TRUSTED_HEADERS.map((name) => [name, FORGED])), {
      means: "services that believe these headers believe the caller",
      change: "let no service use them, and remove the headers before they are set (stacks/aws/service-routes.ts)",
    }),
};

/** With values that would change nothing if a framework used them. */
export const overrideHeaders: Probe = {
  id: "override-headers",
  question: "Are the headers removed with which frameworks let a caller change method or path?",
  settles: "AWS documents remove:header; that it accepts these names is untested elsewhere.",
  plan: (door) => overridesArrive(door, (name) => name),
};

/** CGI-style servers read these as the gateway's own headers, or as their own mount point. */
export const underscoreNames: Probe = {
  id: "underscore-names",
  question: "Are header names with underscores, which some servers read as other headers, kept from the service?",
  settles: "AWS documents removal by name; neither AWS nor Google documents whether such names pass at all.",
  plan: (door) =>
    arrivals(
      door,
      { SCRIPT_NAME: `/${FORGED}`, X_Caller_Subject: FORGED, X_HTTP_Method_Override: FORGED },
      {
        means: "a server that turns headers into CGI variables believes the caller (README, what a service sees)",
        change:
          "behind a REST API run a server that drops such names; behind an HTTP API see stacks/aws/request-headers.ts",
      },
    ),
};

/** Mappings of a REST API are case-sensitive. */
export const overrideTwins: Probe = {
  id: "override-twins",
  question: "Are override headers removed in lower case too?",
  settles: "AWS documents that header names in mappings are case-sensitive, and static values in quotes.",
  plan: (door) => overridesArrive(door, (name) => name.toLowerCase()),
};

function overridesArrive(door: FrontDoor, written: (name: string) => string): ReturnType<Probe["plan"]> {
  const path = callableRoute(door)?.path ?? "/";
  const names = REROUTING_HEADERS.filter((name) => !RESERVED_BY_HTTP_API.test(name));
  const sent = Object.fromEntries(names.map((name) => [written(name), name.includes("-Method") ? "GET" : path]));
  return arrivals(door, sent, {
    means: "a framework that heeds them serves another route than the one that was authorized",
    change: "switch the feature off in every service, and see why the mapping fails (stacks/aws/service-routes.ts)",
    // A REST API cannot remove a header, so it may pass on an empty one.
    arrived: (value) => !hasNothing(value),
  });
}

interface Consequence {
  readonly means: string;
  readonly change: string;
  /** Whether a header's value is the caller's. Default: it contains the forged text. */
  readonly arrived?: (value: string | undefined) => boolean;
}

/** Sends headers that must not arrive, and checks the echo for those that did. */
export function arrivals(
  door: FrontDoor,
  headers: Readonly<Record<string, string>>,
  consequence: Consequence,
): ReturnType<Probe["plan"]> {
  const route = callableRoute(door);
  if (route === undefined) return couldNotTell(NOTHING_TO_CALL);
  return planOf([get(route, { headers })], ([answer]) => judgeArrivals(route, answer, headers, consequence));
}

/** @param headers of the request, none of which must arrive */
export function judgeArrivals(
  { key }: ProbeRoute,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  { means, change, arrived = (value) => value?.includes(FORGED) ?? false }: Consequence,
): Verdict {
  const echo = servedBy(answer) ? echoOf(answer.body) : undefined;
  if (echo === undefined) return couldNotTell(`${key}: ${inWords(answer)}; ${NO_ECHO}`);
  const names = Object.keys(headers).filter((name) => arrived(echo.header(name)));
  if (names.length === 0) return confirmed(`${key}: none of them arrived`);
  return refuted(`${key}: the caller's value arrived in ${names.join(", ")}`, means, change);
}
