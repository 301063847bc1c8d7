import { described, inWords, refusedByGateway, servedBy } from "../deployed/answer";
import { isPublic } from "../deployed/routes";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { get, onCallableRoute, type Probe, planOf } from "./probe";

/** A public route without a variable has only `$context.routeKey` and a stage variable as identity sources. */
export const publicRouteKey: Probe = {
  id: "public-route-key",
  question: "Does a public route work whose only identity sources are the route key and a stage variable?",
  settles: "AWS documents context variables as identity sources, but not that they work without a request header.",
  plan({ routes }) {
    const route = routes.find((candidate) => isPublic(candidate) && !candidate.hasVariable);
    if (route === undefined) return couldNotTell("no public GET route without a variable in this environment");
    return planOf([get(route)], ([answer]) => {
      if (servedBy(answer)) return confirmed(described(route.key, answer));
      if (!refusedByGateway(answer, 401)) return couldNotTell(`${route.key}: ${inWords(answer)}; see narrow-role`);
      return refuted(
        described(route.key, answer),
        "API Gateway treats an identity source as missing, so public routes answer no caller",
        "give the public authorizers a source that every request has (stacks/aws/authorizers.ts), such as $context.identity.sourceIp",
      );
    });
  },
};

/** The only binding on the invoker account. It allows minting ID tokens, and nothing else. */
export const narrowRole: Probe = {
  id: "narrow-role",
  question: "Is roles/iam.serviceAccountOpenIdTokenCreator enough for a federated identity to mint an ID token?",
  settles:
    "Google documents the role for generateIdToken, and roles/iam.workloadIdentityUser for federated identities.",
  plan: onCallableRoute((route) =>
    planOf([get(route)], ([answer]) => {
      if (servedBy(answer)) return confirmed(`${route.key}: ${inWords(answer)}, with a token minted by that role`);
      if (!refusedByGateway(answer, 500)) return couldNotTell(described(route.key, answer));
      return refuted(
        described(route.key, answer),
        "the authorizer gets no Google ID token, or the gateway may not call the authorizer",
        "read the reason in the authorizer's log (docs/reference/refusal-reasons.md); where it is id-token with upstreamStatus 403, give " +
          "roles/iam.workloadIdentityUser as well (stacks/google/private-service.ts)",
      );
    }),
  ),
};
