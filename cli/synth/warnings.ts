import { policyCallers } from "../../contract/policy-callers";
import { callersThatMeet, needsInWords } from "../../contract/scope-need";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import { policyIssuers } from "../../stacks/authorizer-policy";
import type { Locate } from "../secrets/declared-secret";

/**
 * One line each: every authority of callers' certificates and its last day, soon or not, because a synthesis has no
 * clock.
 */
export function lastDays({ gateway }: Intent): readonly string[] {
  return (gateway.mutualTls?.certificates ?? []).map(
    ({ subject, expires }) => `gateway.mutualTls trusts ${subject} until ${expires}, its last day in UTC`,
  );
}

/** One line each, with its place in the config: scoped routes that no declared caller has a scope for. */
export function uncalledRoutes(intent: Intent, locate: Locate): readonly string[] {
  const callers = policyCallers({ issuers: policyIssuers(intent) });
  return intent.services.flatMap(({ key: service, routes }) =>
    routes.flatMap(({ key, written, access }) => {
      if (access.kind === "public" || callersThatMeet(access.scopes, callers).length > 0) return [];
      const place = locate(["services", service, "routes", written]);
      return [`warning: ${place ?? service}: no caller can call ${key}: no client has ${needsInWords(access.scopes)}`];
    }),
  );
}

/**
 * One line each: repositories of other projects with images of this environment. Cloud Run refuses an image that its
 * deployer may not read, and only the repository's owner can grant that.
 */
export function foreignImages({ deploy, google }: BootstrapIntent): readonly string[] {
  return google.images.foreign.map(
    ({ project, location, repository }) =>
      `unless its images are public, ${deploy.name}@${google.project}.iam.gserviceaccount.com needs roles/artifactregistry.reader on ` +
      `the repository ${repository} in ${location} of the project ${project}`,
  );
}

/** One line: how many secrets exist and are not mounted yet, and the command that shows how each gets its value. */
export function unmountedSecrets({ environment, services }: Intent): readonly string[] {
  const count = services.flatMap(({ secrets }) => secrets.filter(({ version }) => version === undefined)).length;
  if (count === 0) return [];
  const which = count === 1 ? "1 secret has no version and is" : `${count} secrets have no version and are`;
  return [`${which} not mounted: npm run secrets -- ${environment}`];
}
