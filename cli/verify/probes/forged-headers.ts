import {
  REROUTING_HEADERS,
  RESERVED_BY_HTTP_API,
  SERVICE_TOKEN_HEADER,
  TRUSTED_HEADERS,
} from "../../../contract/caller-headers";
import { type Answer, inWords, servedBy } from "../deployed/answer";
import { echoOf, hasNothing, NO_ECHO } from "../deployed/echo";
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
  plan(door) {
    const route = callableRoute(door);
    if (route === undefined) return couldNotTell(NOTHING_TO_CALL);
    const forged = get(route, { headers: { [SERVICE_TOKEN_HEADER]: `Bearer ${FORGED}` } });
    return planOf([get(route), forged], ([plain, answer]) => {
      if (!servedBy(plain)) return couldNotTell(`${route.key}, even without a forged header: ${inWords(plain)}`);
      if (servedBy(answer)) return confirmed(`${route.key} with a forged one: ${inWords(answer)}`);
      return refuted(
        `${route.key}: ${inWords(plain)} without, and ${inWords(answer)} with a forged one`,
        "the caller's header reaches Cloud Run, alone or next to the gateway's: a caller with a Google token of an invoker could use it",
        "remove the header before it is set, or move to a REST API (stacks/aws/service-routes.ts)",
      );
    });
  },
};

export const forgedHints: Probe = {
  id: "forged-hints",
  question: `Are a caller's own ${TRUSTED_HEADERS.join(", ")} overwritten?`,
  settles:
    "The same, for headers that services trust: a caller's value must not arrive, not even in addition to the gateway's.",
  plan: (door) =>
    arrivals(
      door,
      Object.fromEntries(TRUSTED_HEADERS.map((name) => [name, FORGED])),
      (value) => value?.includes(FORGED) ?? false,
      {
        means: "services that believe these headers believe the caller",
        change: "let no service use them, and remove the headers before they are set (stacks/aws/service-routes.ts)",
      },
    ),
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
      (value) => value?.includes(FORGED) ?? false,
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
  // A REST API cannot remove a header, so it may pass on an empty one.
  return arrivals(door, sent, (value) => !hasNothing(value), {
    means: "a framework that heeds them serves another route than the one that was authorized",
    change: "switch the feature off in every service, and see why the mapping fails (stacks/aws/service-routes.ts)",
  });
}

/** Sends headers that must not arrive, and checks the echo for those that did. */
export function arrivals(
  door: FrontDoor,
  headers: Readonly<Record<string, string>>,
  arrived: (value: string | undefined) => boolean,
  { means, change }: { readonly means: string; readonly change: string },
): ReturnType<Probe["plan"]> {
  const route = callableRoute(door);
  if (route === undefined) return couldNotTell(NOTHING_TO_CALL);
  return planOf([get(route, { headers })], ([answer]): Verdict => {
    const names = arrivedNames(answer, Object.keys(headers), arrived);
    if (names === undefined) return couldNotTell(`${route.key}: ${inWords(answer)}; ${NO_ECHO}`);
    if (names.length === 0) return confirmed(`${route.key}: none of them arrived`);
    return refuted(`${route.key}: the caller's value arrived in ${names.join(", ")}`, means, change);
  });
}

function arrivedNames(answer: Answer, names: readonly string[], arrived: (value: string | undefined) => boolean) {
  const echo = servedBy(answer) ? echoOf(answer.body) : undefined;
  return echo && names.filter((name) => arrived(echo.header(name)));
}
