import { clashes } from "../clashes";
import type { Draft } from "../draft";
import { SECRET_ID_CHARACTERS } from "../limits";
import type { Path } from "../located";
import { prefix, secretId } from "../names";
import type { Rule } from "../rule";

/** A secret is read by one service, under one variable: a leak has one suspect. */
export const secretsHaveOneReader: Rule = ({ services }, report) => {
  for (const { claim, other } of clashes(mountsOf(services), ({ secret }) => secret)) {
    report(pathOf(claim), {
      got: `the secret ${claim.secret}, which services.${other.service}.secrets.${other.variable} reads too`,
      expected: "one reader a secret",
      remedy: `give ${claim.service} a secret of its own, as in ${claim.service}-${claim.variable.toLowerCase().replaceAll("_", "-")}`,
    });
  }
};

/** Secret Manager's limit counts the prefix that the program puts before the id. */
export const secretIdsFit: Rule = ({ name, environment, services }, report) => {
  if (name === undefined) return;
  for (const mount of mountsOf(services)) {
    const { length } = secretId(prefix(name, environment), mount.secret);
    if (length <= SECRET_ID_CHARACTERS) continue;
    report(pathOf(mount), {
      got: `${length} characters with its prefix`,
      expected: `at most ${SECRET_ID_CHARACTERS} (Secret Manager's limit)`,
      remedy: `shorten it by ${length - SECRET_ID_CHARACTERS}`,
    });
  }
};

interface Mount {
  readonly service: string;
  readonly variable: string;
  readonly secret: string;
}

function mountsOf(services: Draft["services"]): Mount[] {
  return [...services].flatMap(([service, { secrets = {} }]) =>
    Object.entries(secrets).map(([variable, { secret }]) => ({ service, variable, secret })),
  );
}

function pathOf({ service, variable }: Mount): Path {
  return ["services", service, "secrets", variable, "secret"];
}
