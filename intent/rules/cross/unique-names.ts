import { clashes } from "../../derived/clashes";
import { type CrossReport, type CrossRule, type Draft, issuersOf, rotatedClients } from "../../derived/draft";
import * as names from "../../model/names";
import type { Path } from "../../source/located";

/** One use of a name that must be unique within a space, such as the roles of one AWS account. */
interface Claim {
  readonly environment: string;
  readonly path: Path;
  readonly space: string;
  readonly name: string;
  /** The resource that has the name. */
  readonly bearer: string;
}

/** IAM is global, so role names must be unique in an account across all regions. */
export const roleNamesAreUnique: CrossRule = (drafts, report) => {
  reportAcross(drafts.flatMap(roleClaims), report);
};

function roleClaims(draft: Draft): Claim[] {
  const { environment, prefix, aws, auditors } = draft;
  const space = `the AWS account ${aws.account}`;
  const claim = (path: Path, name: string, bearer: string): Claim => ({ environment, path, space, name, bearer });
  const functions = [names.callersRole(prefix), names.publicRole(prefix)];
  return [
    ...invokersOf(draft).map(({ id, name }) => claim(["services", id], name, `the role of service ${id}`)),
    ...functions.map((role) => claim(["name"], role, "an authorizer function's role")),
    ...(auditors?.awsRoles ? [claim(["auditors"], names.auditorsRole(prefix), "the auditors' role")] : []),
    ...rotatedClients(draft).map(({ id, named }) => {
      const bearer = `the role that rotates the secret of client ${id}`;
      return claim(["clients", id, "rotateEveryDays"], names.rotationFunction(prefix, named), bearer);
    }),
  ];
}

/** Name of each service's invoker. */
function invokersOf({ prefix, services }: Draft): { readonly id: string; readonly name: string }[] {
  return [...services].map(([id, service]) => ({ id, name: names.serviceName(prefix, names.namedAs(id, service)) }));
}

/** In one Google project, the names of Cloud Run services, accounts, secrets and pools must be unique per kind. */
export const googleNamesAreUnique: CrossRule = (drafts, report) => {
  reportAcross(drafts.flatMap(projectClaims), report);
};

function projectClaims(draft: Draft): Claim[] {
  const { environment, prefix, google, services, federation } = draft;
  const claim = (path: Path, kind: string, name: string, bearer: string): Claim => {
    return { environment, path, space: `the ${kind} of the Google project ${google.project}`, name, bearer };
  };
  const accounts = invokersOf(draft).flatMap(({ id, name: invoker }) => [
    claim(["services", id], "service accounts", invoker, `the invoker account of service ${id}`),
    claim(["services", id], "service accounts", names.runtimeAccount(invoker), `the runtime account of service ${id}`),
  ]);
  const secrets = [...services].flatMap(([id, service]) =>
    Object.entries(service.secrets).map(([variable, { secret }]) => {
      const path = ["services", id, "secrets", variable, "secret"];
      return claim(path, "secrets", names.secretId(prefix, secret), `a secret of service ${id}`);
    }),
  );
  const pool = names.poolId(prefix, federation.generation);
  return [...accounts, ...secrets, claim(["name"], "workload identity pools", pool, "a workload identity pool")];
}

/** A sign-in domain must be unique in its region across all AWS customers, and so across these environments. */
export const domainPrefixesAreUnique: CrossRule = (drafts, report) => {
  const claims = drafts.flatMap((draft) =>
    issuersOf(draft, "cognito").flatMap(([id, { domainPrefix, pool }]): Claim[] => {
      if (pool !== undefined) return [];
      const space = `the Cognito domains of ${draft.aws.region}`;
      const path = ["issuers", id, "domainPrefix"];
      return [{ environment: draft.environment, path, space, name: domainPrefix, bearer: `the issuer ${id}` }];
    }),
  );
  for (const { claim, other } of clashes(claims, keyOf)) report(claim.environment, claim.path, taken(claim, other));
};

/** The binding of a declared service is authoritative: it would remove the member that the other declaration adds. */
export const existingIsNoDeclaredService: CrossRule = (drafts, report) => {
  const declared = drafts.flatMap((draft) =>
    invokersOf(draft).flatMap(({ id, name }) => {
      if (draft.services.get(id)?.existing !== undefined) return [];
      return [{ id, name, draft, place: placeOf(draft.google, name) }];
    }),
  );
  for (const { environment, services, google } of drafts) {
    for (const [id, { existing }] of services) {
      if (existing === undefined) continue;
      const place = placeOf({ ...google, ...existing }, existing.name);
      const other = declared.find((each) => each.place === place);
      if (other === undefined) continue;
      report(environment, ["services", id, "existing", "name"], {
        got: `${existing.name}, which service ${other.id} of ${other.draft.environment} declares`,
        expected: "a service that no environment declares",
        remedy: "write its routes at the service that declares it, or correct the name",
      });
    }
  }
};

function placeOf({ project, region }: { readonly project: string; readonly region: string }, name: string): string {
  return JSON.stringify([project, region, name]);
}

function keyOf({ space, name }: Claim): string {
  return JSON.stringify([space, name]);
}

/**
 * Reports clashes between environments only. The rules on names and secrets report clashes within one, with better
 * messages.
 */
function reportAcross(claims: readonly Claim[], report: CrossReport): void {
  for (const { claim, other } of clashes(claims, keyOf, (a, b) => a.environment !== b.environment)) {
    report(claim.environment, claim.path, taken(claim, other));
  }
}

function taken(claim: Claim, other: Claim) {
  return {
    got: `${claim.name} for ${claim.bearer} of ${claim.environment}`,
    expected: `a name that ${other.bearer} of ${other.environment} does not have (unique in ${claim.space})`,
    remedy: "rename one of them, or give the environments separate accounts and projects",
  };
}
