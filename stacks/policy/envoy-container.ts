import { referred } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { difference } from "./difference";
import type { Attributes, Resource, StackJson } from "./rule";

/** The Envoy container that the program puts in front of a service's app. */
export interface ExpectedEnvoy {
  /** Image reference with its digest. */
  readonly image: string;
  /** Cloud Run's ingress port, which must be Envoy's. On any other port the app, or another process, would answer. */
  readonly port: number;
  /** All of its arguments, including the configuration or its file. */
  readonly args: readonly string[];
  /** The whole configuration, as the text in Terraform's JSON. */
  readonly text: string;
  /** Folder and file of the mount, if it is too long for an argument. */
  readonly mounted?: { readonly folder: string; readonly file: string };
}

/** The only containers of an instance. Containers share a network, so a third one could answer in Envoy's place. */
const CONTAINERS = ["envoy", "app"];

/**
 * The only properties of Envoy's container. A command, variables or another mount would change what its arguments mean.
 */
const OWN = [
  ...["args", "depends_on", "image", "liveness_probe", "name", "ports"],
  ...["resources", "startup_probe", "volume_mounts"],
];

/** Differences between a service that Envoy must protect and the one that the program declares. */
export function envoyFaults(stack: StackJson, service: Resource, expected: ExpectedEnvoy): readonly string[] {
  const containers = templateOf(service).containers ?? [];
  const [ingress, ...others] = containers.filter(({ ports }) => ports !== undefined);
  if (ingress?.name !== "envoy" || others.length > 0) {
    return ["lets calls reach a container other than envoy: only envoy may have ports"];
  }
  const names = containers.map(({ name }) => String(name));
  const strange = Object.keys(ingress).filter((name) => ingress[name] !== undefined && !OWN.includes(name));
  return [
    ...(names.join() === CONTAINERS.join()
      ? []
      : [`has the containers ${names.join(", ")}: expected ${CONTAINERS.join(", ")}`]),
    ...strange.map((name) => `sets ${name} on the container of Envoy: remove it`),
    ...imageFaults(ingress.image, expected.image),
    ...different("Envoy's ports", ingress.ports, { container_port: expected.port }),
    ...configurationFaults(stack, service, ingress, expected),
  ];
}

function imageFaults(found: unknown, expected: string): readonly string[] {
  if (!/@sha256:[0-9a-f]{64}$/.test(String(found))) return ["runs an Envoy that is not pinned by its digest"];
  return found === expected ? [] : [`runs ${found} as Envoy: expected the config's ${expected}`];
}

function configurationFaults(
  stack: StackJson,
  service: Resource,
  ingress: Attributes,
  expected: ExpectedEnvoy,
): readonly string[] {
  const found = [ingress.args ?? []].flat();
  const extra = found.length === expected.args.length ? [] : [`got ${found.length}, expected ${expected.args.length}`];
  const args = expected.args.flatMap((arg, at) =>
    arg === expected.text ? textFaults(found[at], arg) : different(`Envoy's argument ${at + 1}`, found[at], arg),
  );
  return [
    ...extra.map((count) => `differs in the number of Envoy's arguments: ${count}`),
    ...args,
    ...(expected.mounted === undefined
      ? different("Envoy's mounts", ingress.volume_mounts, undefined)
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
  { folder, file }: NonNullable<ExpectedEnvoy["mounted"]>,
): unknown {
  const { name } = first(volume_mounts);
  const [volume, ...others] = (templateOf(service).volumes ?? []).filter((each) => each.name === name);
  const { secret, items } = (volume?.secret ?? {}) as { readonly secret?: unknown; readonly items?: unknown };
  const version = referred(stack, first(items).version);
  const isAlone =
    others.length === 0 &&
    difference(volume_mounts, [{ mount_path: folder, name }]) === undefined &&
    difference(items, [{ path: file, version: `\${${version?.address}.version}` }]) === undefined;
  const holder = referred(stack, version?.attributes.secret)?.address;
  const isOfSecret = holder !== undefined && holder === referred(stack, secret)?.address;
  return isAlone && isOfSecret && version?.type === VERSION ? version.attributes.secret_data : undefined;
}

function first(blocks: unknown): Attributes {
  return (Array.isArray(blocks) ? blocks[0] : undefined) ?? {};
}

const VERSION = "google_secret_manager_secret_version";

function different(what: string, found: unknown, expected: unknown): readonly string[] {
  const where = difference(found, expected);
  return where === undefined ? [] : [`differs in ${what} from what the policy gives${where}`];
}

function templateOf({ attributes }: Resource) {
  return (attributes.template ?? {}) as { containers?: readonly Attributes[]; volumes?: readonly Attributes[] };
}
