import { clashes } from "../derived/clashes";
import type { Draft, Rule } from "../derived/draft";
import { SECRET_ID_CHARACTERS } from "../model/limits";
import * as names from "../model/names";
import type { ServiceConfig } from "../schema/config";
import { formatPath, type Path } from "../source/located";

type SecretConfig = ServiceConfig["secrets"][string];

/** Each secret is read by one service, in one variable, so a leak can be traced to that service. */
export const secretsHaveOneReader: Rule = ({ services }, report) => {
  for (const { claim, other } of clashes(mountsOf(services), ({ secret }) => secret)) {
    report(pathOf(claim), {
      got: `the secret ${claim.secret}, which services.${other.service}.secrets.${other.variable} reads too`,
      expected: "one reader for each secret",
      remedy: `give ${claim.service} its own secret, as in ${claim.service}-${claim.variable.toLowerCase().replaceAll("_", "-")}`,
    });
  }
};

/** Secret Manager's length limit includes the prefix that the program adds to the id. */
export const secretIdsFit: Rule = ({ prefix, services }, report) => {
  for (const mount of mountsOf(services)) {
    const { length } = names.secretId(prefix, mount.secret);
    if (length <= SECRET_ID_CHARACTERS) continue;
    report(pathOf(mount), {
      got: `${length} characters with its prefix`,
      expected: `at most ${SECRET_ID_CHARACTERS} (Secret Manager's limit)`,
      remedy: `shorten it by ${length - SECRET_ID_CHARACTERS}`,
    });
  }
};

/** If images must be pinned, secrets must be too: only reviewed versions run. */
export const secretsArePinned: Rule = ({ requireDigest, services }, report) => {
  if (!requireDigest) return;
  for (const mount of mountsOf(services).filter(({ version }) => version === "latest")) {
    report(pathOf(mount, "version"), {
      got: "latest",
      expected:
        "a version number (requireDigest is on): a new instance would otherwise use a value that was not reviewed",
      remedy: "pin the version, and raise the number with each new one",
    });
  }
};

/** A principal that writes a secret must be neither one of its readers nor an auditor. */
export const addersOnlyAdd: Rule = (draft, report) => {
  const groups = (draft.auditors?.googleGroups ?? []).map((group) => `group:${group}`);
  for (const mount of mountsOf(draft.services)) {
    const reader = readerOf(draft, mount.service);
    for (const [index, adder] of (mount.versionAdders ?? []).entries()) {
      const other =
        adder === reader ? "the account that reads it" : groups.includes(adder) ? "one of auditors.googleGroups" : "";
      if (other === "") continue;
      report([...pathOf(mount, "versionAdders"), index], {
        got: `${adder}, which is also ${other}`,
        expected: "a principal that adds versions and cannot read them",
        remedy: "name another principal",
      });
    }
  }
};

/** The grant to the version adders of `x` and a secret named `x-adders` would have the same Terraform name. */
export const secretAddressesDiffer: Rule = ({ services }, report) => {
  const mounts = mountsOf(services);
  for (const mount of mounts) {
    const other = mounts.find(
      ({ secret, versionAdders }) => versionAdders !== undefined && `${secret}-adders` === mount.secret,
    );
    if (other === undefined) continue;
    report(pathOf(mount), {
      got: `${mount.secret}, whose Terraform address is that of the grant to ${formatPath(pathOf(other, "versionAdders"))}`,
      expected: "another id",
      remedy: "rename the secret",
    });
  }
};

/**
 * A secret must not be named like an Envoy configuration. The pipeline may read and write those because they contain no
 * secret. The name would also clash with the service's own configuration.
 */
export const secretsAreNoConfigurations: Rule = ({ services }, report) => {
  const ending = names.envoySecretId("");
  for (const mount of mountsOf(services).filter(({ secret }) => `-${secret}`.endsWith(ending))) {
    report(pathOf(mount), {
      got: JSON.stringify(mount.secret),
      expected: `an id that does not end in ${ending} (reserved for Envoy's secrets, which the pipeline reads)`,
      remedy: "rename the secret",
    });
  }
};

/**
 * Google refuses a rotated secret unless its service agent may publish reminders. That agent's name contains the
 * project number.
 */
export const rotationKnowsTheProject: Rule = ({ google, services }, report) => {
  if (google.projectNumber !== undefined) return;
  const mount = mountsOf(services).find(({ rotateEveryDays }) => rotateEveryDays !== undefined);
  if (mount === undefined) return;
  report(["google", "projectNumber"], {
    got: "nothing",
    expected: `the project's number, because ${formatPath(pathOf(mount, "rotateEveryDays"))} is set: ${names.secretManagerAgent("NUMBER")} sends the reminders`,
    remedy: `look it up: gcloud projects describe ${google.project} --format='value(projectNumber)'`,
  });
};

function readerOf({ prefix, google, services }: Draft, id: string): string {
  const account = names.runtimeAccount(names.serviceName(prefix, names.namedAs(id, services.get(id))));
  return `serviceAccount:${names.serviceAccountEmail(account, google.project)}`;
}

interface Mount extends SecretConfig {
  readonly service: string;
  readonly variable: string;
}

function mountsOf(services: Draft["services"]): Mount[] {
  return [...services].flatMap(([service, { secrets }]) =>
    Object.entries(secrets).map(([variable, secret]) => ({ ...secret, service, variable })),
  );
}

function pathOf({ service, variable }: Mount, key: keyof SecretConfig = "secret"): Path {
  return ["services", service, "secrets", variable, key];
}
