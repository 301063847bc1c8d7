import type { EnvoyContainer } from "../../../contract/envoy/container";
import { difference } from "./difference";
import {
  type Attributes,
  blocksOf,
  isUnset,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "./stack-json";

/** Name of Envoy's container. */
export const ENVOY = "envoy";

/** The only containers of an instance. Containers share a network, so a third one could answer in Envoy's place. */
const CONTAINERS = [ENVOY, "app"];

/**
 * The only properties of Envoy's container. A command, variables or another mount would change what its arguments mean.
 * `build_info` is in states alone: the provider computes it.
 */
const OWN = [
  ...["args", "build_info", "depends_on", "image", "liveness_probe", "name", "ports"],
  ...["resources", "startup_probe", "volume_mounts"],
];

/** The container that calls reach: the only one with a port. Undefined unless there is exactly one. */
export function ingressOf(service: Resource): Attributes | undefined {
  const containers = blocksOf(templateOf(service).containers);
  const [ingress, ...others] = containers.length === 1 ? containers : containers.filter(({ ports }) => !isUnset(ports));
  return others.length > 0 ? undefined : ingress;
}

/** Whether calls of some service reach an Envoy, so that the state has a policy of Envoy. */
export function hasEnvoy(stack: StackJson): boolean {
  return resourcesOf(stack, "google_cloud_run_v2_service").some((service) => ingressOf(service)?.name === ENVOY);
}

/**
 * Differences between the Envoy in front of a service's app and the one that a policy gives, each as the predicate of the
 * service. None: the container enforces exactly that policy. The rule `verified-callers` and each review use this
 * function.
 *
 * @param service as synthesized, or as a plan or a state contains it
 */
export function envoyFaults(stack: StackJson, service: Resource, expected: EnvoyContainer): readonly string[] {
  const containers = blocksOf(templateOf(service).containers);
  const ingress = ingressOf(service);
  if (ingress?.name !== ENVOY) return ["lets calls reach a container other than envoy: only envoy may have ports"];
  const names = containers.map(({ name }) => String(name));
  const strange = settings(ingress).filter((name) => !OWN.includes(name));
  return [
    ...(names.join() === CONTAINERS.join()
      ? []
      : [`has the containers ${names.join(", ")}: expected ${CONTAINERS.join(", ")}`]),
    ...strange.map((name) => `sets ${name} on the container of Envoy: remove it`),
    ...imageFaults(ingress.image, expected.image),
    ...portFaults(ingress.ports, expected.sidecar.ports.ingress),
    ...configurationFaults(stack, service, ingress, expected),
  ];
}

/** The names of the settings of a block. Providers fill in an unset text as an empty one. */
function settings(block: Attributes): readonly string[] {
  return Object.keys(block).filter((name) => !isUnset(block[name]) && block[name] !== "");
}

/**
 * On any other port the app, or another process, would answer. The name selects a protocol: `h2c`, or the default, for
 * which a state has a name too.
 */
function portFaults(ports: unknown, expected: number): readonly string[] {
  const [found = {}, ...others] = blocksOf(ports);
  const names = settings(found).filter((name) => name !== "name" || found.name === "h2c");
  const set = Object.fromEntries(names.map((name) => [name, found[name]]));
  return different("Envoy's ports", others.length > 0 ? ports : set, { container_port: expected });
}

function imageFaults(found: unknown, expected: string): readonly string[] {
  if (!/@sha256:[0-9a-f]{64}$/.test(String(found))) return ["runs an Envoy that is not pinned by its digest"];
  return found === expected ? [] : [`runs ${found} as Envoy: expected the config's ${expected}`];
}

function configurationFaults(
  stack: StackJson,
  service: Resource,
  ingress: Attributes,
  expected: EnvoyContainer,
): readonly string[] {
  const found = listOf(ingress.args);
  const extra = found.length === expected.args.length ? [] : [`got ${found.length}, expected ${expected.args.length}`];
  const args = expected.args.flatMap((arg, at) =>
    arg === expected.text ? textFaults(found[at], arg) : different(`Envoy's argument ${at + 1}`, found[at], arg),
  );
  return [
    ...extra.map((count) => `differs in the number of Envoy's arguments: ${count}`),
    ...args,
    ...(expected.mounted === undefined
      ? different("Envoy's mounts", isUnset(ingress.volume_mounts) ? undefined : ingress.volume_mounts, undefined)
      : textFaults(mountedText(stack, service, ingress, expected.mounted), expected.text)),
  ];
}

/** The text must match exactly. If a field is there twice, Envoy may read one and a rule the other. */
function textFaults(found: unknown, expected: string): readonly string[] {
  if (found === expected) return [];
  if (typeof found !== "string") return ["has an Envoy without its configuration"];
  try {
    const where = different("Envoy's configuration", JSON.parse(found), JSON.parse(expected));
    return where.length > 0 ? where : ["differs in the spelling of Envoy's configuration from what the policy gives"];
  } catch (error) {
    return [`has an Envoy whose configuration cannot be read: ${(error as Error).message}`];
  }
}

/** The text of the mounted version, if nothing else is mounted. */
function mountedText(
  stack: StackJson,
  service: Resource,
  { volume_mounts }: Attributes,
  { folder, file }: NonNullable<EnvoyContainer["mounted"]>,
): unknown {
  const [mount = {}, ...mounts] = blocksOf(volume_mounts);
  const [volume, ...volumes] = blocksOf(templateOf(service).volumes).filter(({ name }) => name === mount.name);
  const [secret = {}] = blocksOf(volume?.secret);
  const [item = {}, ...items] = blocksOf(secret.items);
  const isAlone = [mounts, volumes, items].every(({ length }) => length === 0);
  const isPlain = [...settings(mount), ...settings(item)].every((name) => MOUNT.includes(name));
  if (!isAlone || !isPlain || mount.mount_path !== folder || item.path !== file) return undefined;
  return versionOf(stack, secret.secret, item.version)?.attributes.secret_data;
}

/** The settings of a mounted file. Its mode does not change its content. */
const MOUNT = ["mode", "mount_path", "name", "path", "version"];

/** A version of a secret, by its reference. Anyone who may write to the secret can change the latest version. */
function versionOf(stack: StackJson, secret: unknown, version: unknown): Resource | undefined {
  const holder = referred(stack, secret)?.address;
  if (holder === undefined) return undefined;
  const versions = resourcesOf(stack, VERSION).filter(
    ({ attributes }) => referred(stack, attributes.secret)?.address === holder,
  );
  return versions.find(
    ({ address, attributes }) =>
      version === `\${${address}.version}` ||
      // A state has the number that the provider gave to the version, which no configuration contains.
      (attributes.version !== undefined && String(attributes.version) === String(version)),
  );
}

const VERSION = "google_secret_manager_secret_version";

function different(what: string, found: unknown, expected: unknown): readonly string[] {
  const where = difference(found, expected);
  return where === undefined ? [] : [`differs in ${what} from what the policy gives${where}`];
}

export function templateOf({ attributes }: Resource): Attributes {
  return blocksOf(attributes.template)[0] ?? {};
}
