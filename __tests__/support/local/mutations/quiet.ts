import { type Change, remove } from "../document";
import { ACCOUNT, invokers, type Mutation, named, statements, statementsOf, without } from "./declarations";
import { QUIET_APIS } from "./tighter";

/** A mutation that changes no answer, and the reason. */
export interface QuietMutation extends Mutation {
  readonly reason: string;
}

const ownPolicies = named("aws_iam_role_policy");

function statementWithout(address: string, sid: string): Mutation {
  const change = statements(address, "policy", (old) => old.filter(({ Sid }) => Sid !== sid));
  return { address, name: `${sid} removed`, change };
}

function anyRole(address: string): Mutation {
  const change = statements(address, "policy", (old) =>
    old.map((each) => (each.Action === "sts:AssumeRole" ? { ...each, Resource: "*" } : each)),
  );
  return { address, name: "for any role", change };
}

const accessors = named("google_secret_manager_secret_iam_binding");

/** Mutations that change nothing when made alone. */
export const QUIET: readonly QuietMutation[] = [
  ...Object.entries(QUIET_APIS).map(([address, reason]) => ({
    address,
    name: "removed",
    change: remove(address),
    reason,
  })),
  ...ownPolicies.flatMap((address) => [
    { ...statementWithout(address, "WriteOwnLog"), reason: "lines go to this program; there is no CloudWatch here" },
    {
      ...statementWithout(address, "BecomeInvokers"),
      reason: "within one account a trust policy that names the role is enough",
    },
    { ...anyRole(address), reason: "the trust policies of the roles do not name it, or name it already" },
  ]),
  ...accessors.map((address) => ({
    address,
    name: "removed",
    change: remove(address),
    reason: "no service of dev mounts a secret; where one does, its own test says so",
  })),
];

/** All invoker roles trust the account, so the callers' own policies decide who may assume them. */
export const TRUST_BY_ACCOUNT: Change = (changed) => {
  for (const address of invokers) {
    statements(address, "assume_role_policy", ([first]) => [{ ...first, Principal: { AWS: ACCOUNT } }])(changed);
  }
};

/** Mutations of the callers' own policies, for the case that they decide. */
export const OWN_POLICIES = {
  tighter: ownPolicies.flatMap((address) => [statementWithout(address, "BecomeInvokers"), ...oneRoleLess(address)]),
  looser: ownPolicies.map(anyRole),
};

function oneRoleLess(address: string): Mutation[] {
  const resources = statementsOf(address, "policy").flatMap(({ Action, Resource }) =>
    Action === "sts:AssumeRole" ? (Resource as readonly string[]) : [],
  );
  return resources.map((resource, index) => ({
    address,
    name: `without ${resource}`,
    change: statements(address, "policy", (old) =>
      old.map((each) => (each.Action === "sts:AssumeRole" ? { ...each, Resource: without(resources, index) } : each)),
    ),
  }));
}
