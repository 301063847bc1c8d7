import { SECRET_ID_CHARACTERS } from "../limits";
import { prefix, secretId } from "../names";
import type { Rule } from "../rule";

/** A secret is read by one service, under one variable: a leak has one suspect. */
export const secretsHaveOneReader: Rule = ({ name, environment, services }, report) => {
  const readers = new Map<string, string>();
  for (const [id, { secrets = {} }] of services) {
    for (const [variable, { secret }] of Object.entries(secrets)) {
      const path = ["services", id, "secrets", variable, "secret"];
      const reader = readers.get(secret);
      if (reader !== undefined) {
        report(path, {
          got: `the secret ${secret}, which ${reader} reads already`,
          expected: "one reader a secret",
          remedy: `give ${id} a secret of its own, as in ${id}-${variable.toLowerCase().replaceAll("_", "-")}`,
        });
      }
      readers.set(secret, reader ?? `services.${id}.secrets.${variable}`);
      const full = name === undefined ? "" : secretId(prefix(name, environment), secret);
      if (full.length > SECRET_ID_CHARACTERS) {
        report(path, {
          got: `${full.length} characters with its prefix`,
          expected: `at most ${SECRET_ID_CHARACTERS} (Secret Manager's limit)`,
          remedy: `shorten it by ${full.length - SECRET_ID_CHARACTERS}`,
        });
      }
    }
  }
};
