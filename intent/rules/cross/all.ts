import type { CrossRule } from "../rule";
import { audiencesAreApart } from "./audiences";
import { domainsAreUnique, oneOwnerPerAccount, statesAreApart } from "./one-owner";
import { oneOwnerPerProject, serviceAccountsFit } from "./projects";
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
