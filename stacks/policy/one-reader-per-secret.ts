import type { Intent, Service } from "../../intent/model/intent";
import { envoySecretId } from "../../intent/model/names";
import { bindingsOn } from "../../packages/terraform-access-review/access/google-bindings";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { clientSecretFindings } from "./client-secrets";
import { type BuiltInRule, type Finding, type Resource, type StackJson, unless } from "./rule";

/**
 * In Google, only its own service's runtime account reads a secret, and only exact principals that cannot read it may
 * write it. In AWS, a secret denies every principal that config does not name.
 */
export const oneReaderPerSecret: BuiltInRule<Pick<Intent, "aws" | "clients" | "prefix" | "services">> = {
  id: "one-reader-per-secret",
  promise:
    "Only the service's own runtime account reads its secrets. Only the `readers` in config read a client's secret.",
  findings(stack, intent) {
    /** Id of the runtime account, by id of the secret. */
    const accounts = new Map(intent.services.flatMap(secretsOf));
    return [
      ...resourcesOf(stack, "google_secret_manager_secret").flatMap((secret) =>
        googleFindings(stack, secret, accounts.get(String(secret.attributes.secret_id))),
      ),
      ...clientSecretFindings(stack, intent),
    ];
  },
};

function googleFindings(stack: StackJson, secret: Resource, reader: string | undefined): Finding[] {
  const { address } = secret;
  const bindings = bindingsOn(stack, secret);
  const membersOf = (wanted: string) =>
    bindings.filter(({ role }) => role === wanted).flatMap(({ members }) => members);
  const readers = membersOf(READ);
  return [
    ...readerFindings(stack, address, readers, reader),
    ...bindings
      .filter(({ role }) => role !== READ && role !== ADD)
      .map(({ by, role }) => ({
        address: by.address,
        message: `grants ${role}: expected ${READ} for its reader, ${ADD} for who may change it`,
      })),
    ...membersOf(ADD)
      .filter((member) => !EXACT.test(member) || readers.includes(member) || isRuntime(stack, member))
      .map((member) => ({
        address,
        message: `may be changed by ${member}: expected exact principals that cannot read it`,
      })),
  ];
}

const READ = "roles/secretmanager.secretAccessor";
const ADD = "roles/secretmanager.secretVersionAdder";

/** A principal by its exact e-mail address. A principal that adds a version controls what the service gets. */
const EXACT = /^(serviceAccount|group|user):[^\s*@]+@[^\s*@]+$/;

/** The secrets that a service mounts, and the configuration of its Envoy. */
function secretsOf({ name, runtimeName, secrets }: Service): [string, string][] {
  return [...secrets.map(({ secretId }) => secretId), envoySecretId(name)].map((id) => [id, runtimeName]);
}

function readerFindings(
  stack: StackJson,
  address: string,
  readers: readonly string[],
  expected: string | undefined,
): Finding[] {
  if (expected === undefined)
    return [{ address, message: "belongs to no service in config: no principal may read it" }];
  const [reader, second] = readers;
  const account = referred(stack, reader);
  const isOwn = reader === `\${${account?.address}.member}` && account?.attributes.account_id === expected;
  const who = readers.join(", ") || "no principal";
  const message = `is read by ${who}: expected only its service's runtime account, ${expected}`;
  return unless(isOwn && second === undefined, address, message);
}

/** Whether a member is a runtime account. No service may change what a service reads. */
function isRuntime(stack: StackJson, member: string): boolean {
  return resourcesOf(stack, "google_service_account").some(
    ({ address, attributes }) => /_rt$/.test(address) && member.startsWith(`serviceAccount:${attributes.account_id}@`),
  );
}
