import { SERVICE_TOKEN_HEADER } from "../../../contract/caller-headers";
import { type Answer, described, isRefusal } from "../deployed/answer";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { type CredentialName, type FrontDoor, type Plan, type Probe, type ProbeRequest, planOf } from "./probe";

const CHANGE =
  "look for allUsers, or for a grant inherited from project or folder: gcloud run services get-iam-policy, " +
  "gcloud projects get-iam-policy; then npx cdktf plan";

export const directCall: Probe = {
  id: "direct-call",
  question: "Does Cloud Run refuse a call that bypasses the gateway and has no token?",
  settles: "The stack has the bindings of each service, but not the grants that a service inherits.",
  plan: (door) => pastTheGateway(door, [{}]),
};

export const directCallAsCaller: Probe = {
  id: "direct-call-as-caller",
  question: "Does Cloud Run refuse a caller's own token, in either of the headers that it reads?",
  settles: "Whether Cloud Run accepts only tokens that Google signed, in both headers.",
  plan(door) {
    if (door.callers.CALLER_TOKEN === undefined) return couldNotTell("set CALLER_TOKEN");
    const as: CredentialName = "CALLER_TOKEN";
    return pastTheGateway(door, [{ as }, { as, credentialHeader: SERVICE_TOKEN_HEADER }]);
  },
};

export const directCallWithAccessToken: Probe = {
  id: "direct-call-access-token",
  question:
    "Does Cloud Run refuse a Google access token in place of an ID token, in either of the headers that it reads?",
  settles: "Google documents ID tokens for calls between services, but a page of samples speaks of OAuth tokens.",
  plan(door) {
    if (!door.hasGoogleToken) return couldNotTell("set GOOGLE_ACCESS_TOKEN");
    const as: CredentialName = "GOOGLE_ACCESS_TOKEN";
    return pastTheGateway(door, [{ as }, { as, credentialHeader: SERVICE_TOKEN_HEADER }], {
      means: "an access token opens a service: it has no audience, so it opens every service of its account",
      change: "find out who can get access tokens of an invoker (docs/explanation/threats.md), and report it",
      // A 401 is about the token. A 403 may be about its account, which then gets no further with an ID token either.
      isGone: (answer) => answer.status === 403 || isNotThere(answer),
      gone: "a 403 shows nothing unless the token's account has roles/run.invoker on the service; a 404 is no service",
    });
  },
};

/** Calls each service at a path that exists, so that an open service cannot hide behind a 404. */
function pastTheGateway(
  { deployment, routes }: FrontDoor,
  variants: readonly Pick<ProbeRequest, "as" | "credentialHeader">[],
  expected: Expected = OPEN,
): Plan {
  const services = Object.keys(deployment.services);
  const requests = services.flatMap((service) => {
    const path = routes.find((route) => route.service === service)?.path ?? "/";
    return variants.map((variant): ProbeRequest => ({ method: "GET", to: { service }, path, ...variant }));
  });
  const nameOf = (index: number) => services[Math.floor(index / variants.length)] ?? "";
  return planOf(requests, (answers) =>
    allRefused(
      answers.map((answer, index) => ({ name: nameOf(index), answer })),
      expected,
    ),
  );
}

/** The answer to a call that bypassed the gateway, with a name for the report. */
interface Seen {
  readonly name: string;
  readonly answer: Answer;
}

interface Expected {
  readonly means: string;
  readonly change: string;
  /** Whether an answer shows neither a refusal nor access. Default: whether no service can be reached there. */
  readonly isGone?: (answer: Answer) => boolean;
  readonly gone?: string;
}

const OPEN: Expected = {
  means: "the service can be called without the gateway: routes and scopes are not enforced there",
  change: CHANGE,
};

/** Expects Cloud Run or Envoy to refuse every call. */
export function allRefused(
  seen: readonly Seen[],
  { means, change, isGone = isNotThere, gone = "not there, or closed to the internet" }: Expected,
): Verdict {
  const say = (some: readonly Seen[]) => some.map(({ name, answer }) => described(name, answer)).join("; ");
  const open = seen.filter(({ answer }) => !isRefusal(answer) && !isGone(answer));
  if (open.length > 0) return refuted(say(open), means, change);
  const lost = seen.filter(({ answer }) => isGone(answer));
  return lost.length > 0 ? couldNotTell(`${say(lost)}: ${gone}`) : confirmed(say(seen));
}

/** Google's own page: the service does not exist, or its ingress blocks all calls. */
export function isNotThere({ status, body }: Answer): boolean {
  return status === 404 && /the requested url was not found on this server/i.test(body);
}
