import { oneOwnerPerAccount } from "./accounts";
import { audiencesAreApart } from "./audiences";
import type { CrossRule } from "./cross-rule";
import { domainsAreUnique } from "./domains";
import { oneOwnerPerProject, serviceAccountsFit } from "./projects";
import { statesAreApart } from "./states";
import { domainPrefixesAreUnique, googleNamesAreUnique, roleNamesAreUnique } from "./unique-names";
import { usagePlansFit } from "./usage-plans";

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
