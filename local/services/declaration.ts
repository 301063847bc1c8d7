import { judgeBindings } from "../google/bindings";
import { EnabledServices } from "../google/enabled-services";
import { type Block, blocksOf, type Stack } from "../stack";
import { type Resource, StackError } from "../terraform-document";

const BINDING = {
  read: ["members", "role", "secret_id"],
  immaterial: {},
} as const;
const TEMPLATE = {
  read: ["containers", "service_account"],
  immaterial: {
    max_instance_request_concurrency: "a local service takes what comes",
    scaling: "there is one instance of a service here",
    timeout: "the gateway waits for a service no longer than that",
  },
} as const;
const CONTAINER = {
  read: ["env"],
  immaterial: {
    image: "a service runs as its command says, not in its container",
    liveness_probe: "a service that ends is seen at once",
    ports: "a local service gets a free port",
    resources: "a local service has this machine's processor and memory",
    startup_probe: "a service is ready when it listens",
  },
} as const;
const VARIABLE = { read: ["name", "value", "value_source"], immaterial: {} } as const;
const SOURCE = { read: ["secret_key_ref"], immaterial: {} } as const;
const SECRET = {
  read: ["secret"],
  immaterial: { version: "a secret has one value here, that of its line in the file" },
} as const;

/** What Cloud Run would give the process of a service. */
export interface ServiceDeclaration {
  readonly address: string;
  /** Name of the Cloud Run service. */
  readonly name: string;
  /** Declared variables with their values. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables whose value is in Secret Manager. */
  readonly secrets: readonly MountedSecret[];
}

export interface MountedSecret {
  readonly variable: string;
  /** `storefront-dev-orders-database-url`. */
  readonly secretId: string;
  /** Address of the declaration that mounts it. */
  readonly address: string;
}

/**
 * Every service of the stack. One that mounts a secret which its account may not read stops the start: Cloud Run does
 * not bring up a revision that cannot read its secrets.
 */
export function declaredServices(stack: Stack): readonly ServiceDeclaration[] {
  const bindings = stack.declared("google_secret_manager_secret_iam_binding", BINDING);
  const off = new EnabledServices(stack).missing("secretmanager.googleapis.com");
  return stack.all("google_cloud_run_v2_service").map((resource) => {
    const [template] = stack.blocks(resource, "template", TEMPLATE);
    const declaration = declarationOf(stack, resource, template);
    const member = `serviceAccount:${template?.body.service_account}`;
    for (const secret of declaration.secrets) {
      if (off !== undefined) throw new StackError(secret.address, `nobody can read a secret without ${off}`);
      requireAccessor(stack, bindings, member, secret);
    }
    return declaration;
  });
}

function declarationOf(stack: Stack, resource: Resource, template: Block | undefined): ServiceDeclaration {
  const [container, sidecar] = template
    ? blocksOf(template.body.containers, `${template.address}.containers`, CONTAINER)
    : [];
  if (sidecar !== undefined) throw new StackError(`${resource.address}.template`, "sidecars are not played here");
  const env = container ? blocksOf(container.body.env, `${container.address}.env`, VARIABLE) : [];
  const at = `${resource.address}.template.containers.0.env`;
  const variables: Record<string, string> = {};
  const secrets: MountedSecret[] = [];
  for (const { address, body } of env) {
    const name = String(body.name);
    const secret = secretOf(address, body.value_source);
    if (secret !== undefined) secrets.push({ variable: name, secretId: secret, address: `${at}.${name}` });
    else if (typeof body.value === "string") variables[name] = body.value;
    else throw new StackError(`${at}.${name}`, "neither a value nor a secret");
  }
  return { address: resource.address, name: stack.text(resource, "name"), variables, secrets };
}

function secretOf(at: string, source: unknown): string | undefined {
  const [from] = blocksOf(source, `${at}.value_source`, SOURCE);
  const [reference] = from ? blocksOf(from.body.secret_key_ref, `${from.address}.secret_key_ref`, SECRET) : [];
  return reference && String(reference.body.secret);
}

function requireAccessor(
  stack: Stack,
  bindings: readonly Resource[],
  member: string,
  { secretId, address }: MountedSecret,
): void {
  const ofSecret = bindings.filter((binding) => stack.text(binding, "secret_id") === secretId);
  const verdict = judgeBindings(stack, ofSecret, "secretmanager.versions.access", [member]);
  if (verdict.allowed) return;
  const missing = verdict.declaration === undefined ? "no binding lets it" : `${verdict.declaration} does not let it`;
  throw new StackError(address, `${member} may not read ${secretId}: ${missing}`);
}
