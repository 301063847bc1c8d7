import { clashes } from "../../derived/clashes";
import type { CrossReport, CrossRule } from "../../derived/draft";
import { type Draft, rotatedClients } from "../../derived/draft";
import {
  auditorsRole,
  callersRole,
  namedAs,
  poolId,
  prefix,
  publicRole,
  rotationFunction,
  runtimeAccount,
  secretId,
  serviceName,
} from "../../model/names";
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
  const { name, environment, aws, auditors } = draft;
  const start = prefix(name, environment);
  const space = `the AWS account ${aws.account}`;
  const invokers = invokersOf(draft, start).map(({ id, name }) => ({
    path: ["services", id],
    name,
    bearer: `the role of service ${id}`,
  }));
  const functions = [callersRole(start), publicRole(start)].map((role) => ({
    path: ["name"],
    name: role,
    bearer: "an authorizer function's role",
  }));
  const readers = (auditors?.awsRoles === undefined ? [] : [auditorsRole(start)]).map((role) => ({
    path: ["auditors"],
    name: role,
    bearer: "the auditors' role",
  }));
  const rotations = rotatedClients(draft).map(({ id, named }) => ({
    path: ["clients", id, "rotateEveryDays"],
    name: rotationFunction(start, named),
    bearer: `the role that rotates the secret of client ${id}`,
  }));
  return [...invokers, ...functions, ...readers, ...rotations].map((claim) => ({ ...claim, environment, space }));
}

/** Name of each service's invoker. */
function invokersOf(draft: Draft, start: string): { readonly id: string; readonly name: string }[] {
  return [...draft.services].map(([id, service]) => ({ id, name: serviceName(start, namedAs(id, service)) }));
}

/** In one Google project, the names of Cloud Run services, accounts, secrets and pools must be unique per kind. */
export const googleNamesAreUnique: CrossRule = (drafts, report) => {
  reportAcross(drafts.flatMap(projectClaims), report);
};

function projectClaims(draft: Draft): Claim[] {
  const { name, environment, google, services, federation } = draft;
  const start = prefix(name, environment);
  const project = `the Google project ${google.project}`;
  const accounts = invokersOf(draft, start).flatMap(({ id, name: invoker }) => {
    const account = { path: ["services", id], space: `the service accounts of ${project}` };
    return [
      { ...account, name: invoker, bearer: `the invoker account of service ${id}` },
      { ...account, name: runtimeAccount(invoker), bearer: `the runtime account of service ${id}` },
    ];
  });
  const secrets = [...services].flatMap(([id, service]) =>
    Object.entries(service.secrets).map(([variable, { secret }]) => ({
      path: ["services", id, "secrets", variable, "secret"],
      space: `the secrets of ${project}`,
      name: secretId(start, secret),
      bearer: `a secret of service ${id}`,
    })),
  );
  const pool = {
    path: ["name"],
    space: `the workload identity pools of ${project}`,
    name: poolId(start, federation.generation),
    bearer: "a workload identity pool",
  };
  return [...accounts, ...secrets, pool].map((claim) => ({ ...claim, environment }));
}

/** A sign-in domain must be unique in its region across all AWS customers, and so across these environments. */
export const domainPrefixesAreUnique: CrossRule = (drafts, report) => {
  const claims = drafts.flatMap(({ environment, aws, issuers }) =>
    [...issuers].flatMap(([id, issuer]): Claim[] => {
      if (issuer.kind !== "cognito") return [];
      const path = ["issuers", id, "domainPrefix"];
      const space = `the Cognito domains of ${aws.region}`;
      return [{ environment, path, space, name: issuer.domainPrefix, bearer: `the issuer ${id}` }];
    }),
  );
  for (const { claim, other } of clashes(claims, keyOf)) report(claim.environment, claim.path, taken(claim, other));
};

function keyOf({ space, name }: Claim): string {
  return JSON.stringify([space, name]);
}

/**
 * Reports clashes between environments only. The rules on names and secrets report clashes within one, with better
 * messages.
 */
function reportAcross(claims: readonly Claim[], report: CrossReport): void {
  const sharing = new Map<string, Claim[]>();
  for (const claim of claims) {
    const known = sharing.get(keyOf(claim));
    if (known) known.push(claim);
    else sharing.set(keyOf(claim), [claim]);
  }
  for (const claim of claims) {
    const other = sharing.get(keyOf(claim))?.find(({ environment }) => environment !== claim.environment);
    if (other) report(claim.environment, claim.path, taken(claim, other));
  }
}

function taken(claim: Claim, other: Claim) {
  return {
    got: `${claim.name} for ${claim.bearer} of ${claim.environment}`,
    expected: `a name that ${other.bearer} of ${other.environment} does not have (unique in ${claim.space})`,
    remedy: "rename one of them, or give the environments accounts and projects of their own",
  };
}
