import type { CrossRule } from "./cross-rule";
import { audiencesAreApart } from "./cross-rules/audiences";
import { oneOwnerPerProject, serviceAccountsFit } from "./cross-rules/projects";
import { statesAreApart } from "./cross-rules/states";
import { domainPrefixesAreUnique, googleNamesAreUnique, roleNamesAreUnique } from "./cross-rules/unique-names";

/** Every rule on the environments together. */
export const crossRules: readonly CrossRule[] = [
  audiencesAreApart,
  domainPrefixesAreUnique,
  googleNamesAreUnique,
  oneOwnerPerProject,
  roleNamesAreUnique,
  serviceAccountsFit,
  statesAreApart,
];
