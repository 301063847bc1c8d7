import type { Intent, Service } from "../../intent/model/intent";
import { envoySecretId } from "../../intent/model/names";
import { texts } from "../../terraform-json/iam-statements";
import type { Allowances } from "./allowances";
import { clientSecretFindings } from "./client-secrets";
import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { type Finding, PolicyRule } from "./rule";

/**
 * A secret of Google is read by the runtime account of its own service, and written by exact principals who do not read it;
 * one of AWS denies everybody whom config does not name.
 */
export class OneReaderPerSecret extends PolicyRule {
  readonly id = "one-reader-per-secret";
  /** Id of the runtime account by the secret's. */
  private readonly readers: ReadonlyMap<string, string>;

  constructor(
    allowances: Allowances,
    private readonly intent: Pick<Intent, "aws" | "clients" | "prefix" | "services">,
  ) {
    super(allowances);
    this.readers = new Map(intent.services.flatMap(secretsOf));
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    return [
      ...stack.ofType("google_secret_manager_secret").flatMap((secret) => this.googleFindings(stack, secret)),
      ...clientSecretFindings(stack, this.intent),
    ];
  }

  private googleFindings(stack: DeclaredStack, { address, attributes }: DeclaredResource): Finding[] {
    const bindings = stack.referring("google_secret_manager_secret_iam_binding", "secret_id", address);
    const membersOf = (role: string) =>
      bindings.filter((each) => each.attributes.role === role).flatMap((each) => texts(each.attributes.members));
    const readers = membersOf(READ);
    const reader = this.readers.get(String(attributes.secret_id));
    return [
      ...readerFindings(stack, address, readers, reader),
      ...bindings
        .filter((each) => each.attributes.role !== READ && each.attributes.role !== ADD)
        .map((each) => ({
          address: each.address,
          message: `gives ${each.attributes.role}: expected ${READ} for its reader, ${ADD} for who may change it`,
        })),
      ...membersOf(ADD)
        .filter((member) => !EXACT.test(member) || readers.includes(member) || isRuntime(stack, member))
        .map((member) => ({
          address,
          message: `may be changed by ${member}: expected exact principals who read none`,
        })),
    ];
  }
}

const READ = "roles/secretmanager.secretAccessor";
const ADD = "roles/secretmanager.secretVersionAdder";

/** By its exact address: whoever adds a version decides what the service gets. */
const EXACT = /^(serviceAccount|group|user):[^\s*@]+@[^\s*@]+$/;

/** What a service mounts, and the configuration of the Envoy before it. */
function secretsOf({ name, runtimeName, secrets }: Service): [string, string][] {
  return [...secrets.map(({ secretId }) => secretId), envoySecretId(name)].map((id) => [id, runtimeName]);
}

function readerFindings(
  stack: DeclaredStack,
  address: string,
  readers: readonly string[],
  expected: string | undefined,
): Finding[] {
  if (expected === undefined) return [{ address, message: "belongs to no service of the config: nobody may read it" }];
  const [reader, second] = readers;
  const account = stack.referred(reader);
  const isOwn = reader === `\${${account?.address}.member}` && account?.attributes.account_id === expected;
  if (isOwn && second === undefined) return [];
  const who = readers.join(", ") || "nobody";
  return [{ address, message: `is read by ${who}: expected its service's runtime account, ${expected}, alone` }];
}

/** A runtime account by its address: no service changes what a service reads. */
function isRuntime(stack: DeclaredStack, member: string): boolean {
  return stack
    .ofType("google_service_account")
    .some(
      ({ address, attributes }) =>
        /_rt$/.test(address) && member.startsWith(`serviceAccount:${attributes.account_id}@`),
    );
}
