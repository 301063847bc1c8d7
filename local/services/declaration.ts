import { judgeBindings } from "../google/bindings";
import type { Stack } from "../stack";
import { type Resource, StackError } from "../terraform-document";

const BINDING = {
  read: ["members", "role", "secret_id"],
  immaterial: { project: "the stand-ins know one project" },
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

interface Container {
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly value_source?: { readonly secret_key_ref?: { readonly secret: string } };
  }[];
}

/**
 * Every service of the stack. One that mounts a secret which its account may not read stops the start: Cloud Run does
 * not bring up a revision that cannot read its secrets.
 */
export function declaredServices(stack: Stack): readonly ServiceDeclaration[] {
  return stack.all("google_cloud_run_v2_service").map((resource) => {
    const declaration = declarationOf(stack, resource);
    for (const secret of declaration.secrets) requireAccessor(stack, resource, secret);
    return declaration;
  });
}

function declarationOf(stack: Stack, resource: Resource): ServiceDeclaration {
  const template = stack.value(resource, "template") as { containers?: readonly Container[] } | undefined;
  const [container, sidecar] = template?.containers ?? [];
  const at = `${resource.address}.template.containers.0.env`;
  if (sidecar !== undefined) throw new StackError(`${resource.address}.template`, "sidecars are not played here");
  const variables: Record<string, string> = {};
  const secrets: MountedSecret[] = [];
  for (const { name, value, value_source } of container?.env ?? []) {
    const secret = value_source?.secret_key_ref?.secret;
    if (secret !== undefined) secrets.push({ variable: name, secretId: secret, address: `${at}.${name}` });
    else if (value !== undefined) variables[name] = value;
    else throw new StackError(`${at}.${name}`, "neither a value nor a secret");
  }
  return { address: resource.address, name: stack.text(resource, "name"), variables, secrets };
}

function requireAccessor(stack: Stack, service: Resource, { secretId, address }: MountedSecret): void {
  const template = stack.value(service, "template") as { service_account?: string };
  const bindings = stack
    .declared("google_secret_manager_secret_iam_binding", BINDING)
    .filter((binding) => stack.text(binding, "secret_id") === secretId);
  const member = `serviceAccount:${template.service_account}`;
  const verdict = judgeBindings(stack, bindings, "secretmanager.versions.access", [member]);
  if (verdict.allowed) return;
  const missing = verdict.declaration === undefined ? "no binding lets it" : `${verdict.declaration} does not let it`;
  throw new StackError(address, `${member} may not read ${secretId}: ${missing}`);
}
