import { containerAddress, type EnvoyDeclaration, isEnvoy, readEnvoyContainer } from "../envoy/declaration";
import { judgeBindings } from "../google/bindings";
import { EnabledServices } from "../google/enabled-services";
import { type Resource, StackError } from "../terraform/document";
import { type Block, PLACEHOLDER, type Stack } from "../terraform/stack";

const BINDING = {
  read: ["members", "role", "secret_id"],
} as const;
const TEMPLATE = {
  read: ["containers", "service_account", "volumes"],
  immaterial: {
    max_instance_request_concurrency: "a local service accepts every call",
    revision: "a rollout's revisions are one process here, and the answer names the revision",
    scaling: "there is one instance of a service here",
    timeout: "the gateway's own timeout is shorter",
  },
} as const;
const CONTAINER = {
  read: ["env", "ports"],
  immaterial: {
    image: "a service runs by its command, not in its container",
    liveness_probe: "a service that ends is noticed immediately",
    name: "other containers of the service may refer to it",
    resources: "a local service has this machine's processor and memory",
    startup_probe: "a service is ready when it listens",
  },
} as const;
const VARIABLE = { read: ["name", "value", "value_source"] } as const;
const SOURCE = { read: ["secret_key_ref"] } as const;
const SECRET = {
  read: ["secret"],
  immaterial: { version: "a secret has one value here, from its line in the file" },
} as const;

/** The part of a service's declaration that Cloud Run would pass to its process. */
export interface ServiceDeclaration {
  readonly address: string;
  /** Name of the Cloud Run service. */
  readonly name: string;
  /** Declared variables with their values. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of variables whose values contain something that only an apply knows. */
  readonly placeholders: readonly string[];
  /** Variables whose values are in Secret Manager. */
  readonly secrets: readonly MountedSecret[];
  /** The sidecar that verifies callers' tokens before the service receives a call. */
  readonly envoy?: EnvoyDeclaration;
  /** Whether the IAM check is off, so that Envoy alone decides which callers may call. */
  readonly openToInternet: boolean;
}

export interface MountedSecret {
  readonly variable: string;
  /** `storefront-dev-orders-database-url`. */
  readonly secretId: string;
  /** Address of the declaration that mounts it. */
  readonly address: string;
}

/**
 * Every service of the stack. A service that mounts a secret which its account may not read stops the start. Cloud Run
 * does not start a revision that cannot read its secrets.
 */
export function declaredServices(stack: Stack): readonly ServiceDeclaration[] {
  const bindings = stack.declaredApart("google_secret_manager_secret_iam_binding", BINDING);
  const off = new EnabledServices(stack).missing("secretmanager.googleapis.com");
  const read = (resource: Resource) => {
    const [template] = stack.blocks(resource, "template", TEMPLATE);
    const member = `serviceAccount:${template?.body.service_account}`;
    const requireReadable = (secretId: string, address: string) => {
      if (off !== undefined) throw new StackError(address, `no service can read a secret without ${off}`);
      requireAccessor(stack, bindings, member, secretId, address);
    };
    const declaration = declarationOf(stack, resource, template, requireReadable);
    for (const { secretId, address } of declaration.secrets) requireReadable(secretId, address);
    return declaration;
  };
  const services: ServiceDeclaration[] = [];
  for (const each of stack.all("google_cloud_run_v2_service")) stack.apart(each, () => services.push(read(each)));
  return services;
}

function declarationOf(
  stack: Stack,
  resource: Resource,
  template: Block | undefined,
  requireReadable: (secretId: string, address: string) => void,
): ServiceDeclaration {
  const { address } = resource;
  const containers = [template?.body.containers ?? []].flat() as unknown as readonly Block["body"][];
  const proxies = containers.flatMap((body, index) => (isEnvoy({ address, body }) ? [index] : []));
  const apps = containers.flatMap((_, index) => (proxies.includes(index) ? [] : [index]));
  if (proxies.length > 1 || apps.length > 1) {
    throw new StackError(`${address}.template.containers`, "expected the app, and before it Envoy or nothing");
  }
  const [app, proxy] = [apps[0] ?? 0, proxies[0]];
  const envoy =
    template && proxy !== undefined ? readEnvoyContainer(stack, address, template, proxy, requireReadable) : undefined;
  const openToInternet = stack.value(resource, "invoker_iam_disabled") === true;
  if (openToInternet && envoy === undefined) {
    throw new StackError(`${address}.invoker_iam_disabled`, NOBODY_CHECKS);
  }
  const [container] = stack.blocksOf(containers[app], containerAddress(address, app), CONTAINER);
  const declared = environmentOf(stack, container, containerAddress(address, app, "env"));
  if (envoy !== undefined) requireBehind(envoy, container, declared.variables, containerAddress(address, app));
  return { address, name: stack.text(resource, "name"), ...declared, envoy, openToInternet };
}

const NOBODY_CHECKS =
  "neither IAM nor an Envoy in the service checks callers\n    enable the invoker IAM check, or add a container that verifies tokens";

/** Throws if a call could reach the app without passing Envoy, or could not reach it through Envoy. */
function requireBehind(
  { configuration }: EnvoyDeclaration,
  container: Block | undefined,
  { PORT }: Readonly<Record<string, string>>,
  at: string,
): void {
  if (container?.body.ports !== undefined) {
    throw new StackError(`${at}.ports`, "expected none: calls must reach Envoy first");
  }
  const expected = String(configuration.ports.app);
  if (PORT === expected) return;
  throw new StackError(`${at}.env.PORT`, `got ${PORT ?? "none"}, expected ${expected}, where Envoy sends calls`);
}

function environmentOf(stack: Stack, container: Block | undefined, at: string) {
  const variables: Record<string, string> = {};
  const secrets: MountedSecret[] = [];
  for (const { address, body } of container ? stack.blocksOf(container.body.env, at, VARIABLE) : []) {
    const name = String(body.name);
    const secret = secretOf(stack, address, body.value_source);
    if (secret !== undefined) secrets.push({ variable: name, secretId: secret, address: `${at}.${name}` });
    else if (typeof body.value === "string") variables[name] = body.value;
    else throw new StackError(`${at}.${name}`, "neither a value nor a secret");
  }
  const placeholders = Object.keys(variables).filter((name) => variables[name]?.includes(PLACEHOLDER));
  return { variables, placeholders, secrets };
}

function secretOf(stack: Stack, at: string, source: unknown): string | undefined {
  const [from] = stack.blocksOf(source, `${at}.value_source`, SOURCE);
  const [reference] = from ? stack.blocksOf(from.body.secret_key_ref, `${from.address}.secret_key_ref`, SECRET) : [];
  return reference && String(reference.body.secret);
}

function requireAccessor(
  stack: Stack,
  bindings: readonly Resource[],
  member: string,
  secretId: string,
  address: string,
): void {
  const ofSecret = stack.granting(
    bindings,
    "secret_id",
    secretId,
    `projects/${stack.google.project}/secrets/${secretId}`,
  );
  const verdict = judgeBindings(stack, ofSecret, "secretmanager.versions.access", [member]);
  if (verdict.allowed) return;
  const missing =
    verdict.declaration === undefined ? "no binding allows it" : `${verdict.declaration} does not allow it`;
  throw new StackError(address, `${member} may not read ${secretId}: ${missing}`);
}
