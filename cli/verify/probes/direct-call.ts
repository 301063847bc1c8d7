import { SERVICE_TOKEN_HEADER } from "../../../contract/caller-headers";
import { type Answer, inWords } from "../deployed/answer";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { type CredentialName, type FrontDoor, type Plan, type Probe, type ProbeRequest, planOf } from "./probe";

const CHANGE =
  "look for allUsers, or for a grant inherited from project or folder: gcloud run services get-iam-policy, " +
  "gcloud projects get-iam-policy; then npx cdktf plan";

export const directCall: Probe = {
  id: "direct-call",
  question: "Does Cloud Run refuse a call that bypasses the gateway and has no token?",
  settles: "The bindings of this stack are known; it cannot see grants that a service inherits.",
  plan: (door) => pastTheGateway(door, [{}]),
};

export const directCallAsCaller: Probe = {
  id: "direct-call-as-caller",
  question: "Does Cloud Run refuse a caller's own token, in either of the headers that it reads?",
  settles: "The same; and that only Google's signature counts, whichever issuer signed the token.",
  plan(door) {
    if (door.callers.CALLER_TOKEN === undefined) return couldNotTell("set CALLER_TOKEN");
    const as: CredentialName = "CALLER_TOKEN";
    return pastTheGateway(door, [{ as }, { as, credentialHeader: SERVICE_TOKEN_HEADER }]);
  },
};

/** Calls each service at a path that exists, so that an open service cannot hide behind a 404. */
function pastTheGateway(
  { deployment, routes }: FrontDoor,
  variants: readonly Pick<ProbeRequest, "as" | "credentialHeader">[],
): Plan {
  const services = Object.keys(deployment.services);
  const requests = services.flatMap((service) => {
    const path = routes.find((route) => route.service === service)?.path ?? "/";
    return variants.map((variant): ProbeRequest => ({ method: "GET", to: { service }, path, ...variant }));
  });
  const nameOf = (index: number) => services[Math.floor(index / variants.length)] ?? "";
  return planOf(requests, (answers) => judge(answers.map((answer, index) => ({ service: nameOf(index), answer }))));
}

function judge(results: readonly { readonly service: string; readonly answer: Answer }[]): Verdict {
  const say = (some: typeof results) => some.map(({ service, answer }) => `${service}: ${inWords(answer)}`).join("; ");
  const open = results.filter(({ answer }) => !refused(answer) && !isNotThere(answer));
  if (open.length > 0) {
    return refuted(
      say(open),
      "the service can be called without the gateway: routes and scopes mean nothing there",
      CHANGE,
    );
  }
  const gone = results.filter(({ answer }) => isNotThere(answer));
  if (gone.length > 0) return couldNotTell(`${say(gone)}: not there, or closed to the internet`);
  return confirmed(say(results));
}

function refused({ status }: Answer): boolean {
  return status === 401 || status === 403;
}

/** Google's own page: the service does not exist, or its ingress blocks all calls. */
export function isNotThere({ status, body }: Answer): boolean {
  return status === 404 && /the requested url was not found on this server/i.test(body);
}
