import type { CrossRule } from "./cross-rule";
import { oneOwnerPerAccount } from "./cross-rules/accounts";
import { audiencesAreApart } from "./cross-rules/audiences";
import { domainsAreUnique } from "./cross-rules/domains";
import { oneOwnerPerProject, serviceAccountsFit } from "./cross-rules/projects";
import { statesAreApart } from "./cross-rules/states";
import { domainPrefixesAreUnique, googleNamesAreUnique, roleNamesAreUnique } from "./cross-rules/unique-names";
import { usagePlansFit } from "./cross-rules/usage-plans";

/** Every rule on the environments together. */
export const crossRules: readonly CrossRule[] = [
  audiencesAreApart,
  domainPrefixesAreUnique,
  domainsAreUnique,
  googleNamesAreUnique,
  oneOwnerPerAccount,
  oneOwnerPerProject,
  roleNamesAreUnique,
  serviceAccountsFit,
  statesAreApart,
  usagePlansFit,
];
