import {
  type Attributes,
  blocksOf,
  listOf,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../../terraform-json/stack-json";

/** The container that callers reach, if it is Envoy. */
export interface EnvoyContainer {
  readonly image: string;
  /** The port that Cloud Run sends callers to. */
  readonly port: unknown;
  /** Envoy's configuration, as text; undefined if the stack does not contain it. */
  readonly configuration: string | undefined;
  /** Everything else that could change its behaviour. */
  readonly rest: unknown;
}

/** Settings that decide no request: resources, probes and the name of the container. */
export const NEUTRAL = ["build_info", "depends_on", "liveness_probe", "name", "resources", "startup_probe"];

/** Arguments of Envoy that pass a configuration as text or as a file. */
const CONFIGURATION = ["--config-yaml", "--config-path", "-c"];

/** Other spellings of these arguments. */
const LIKE_CONFIGURATION = /^(--config|-c)/;

/** Undefined if callers reach another program: an app, or an unknown one. */
export function envoyContainer(stack: StackJson, service: Resource): EnvoyContainer | undefined {
  const template = templateOf(service);
  const ingress = ingressOf(service);
  if (ingress === undefined) return undefined;
  const args = listOf(ingress.args);
  const places = args.flatMap((arg, index) => (CONFIGURATION.includes(arg) ? [index] : []));
  const [place] = places;
  if (place === undefined) return undefined;
  const { args: _, image, ports, volume_mounts, ...rest } = ingress;
  const options = args.filter((_arg, index) => index !== place && index !== place + 1);
  const own = Object.entries(rest).filter(([key, value]) => !NEUTRAL.includes(key) && value !== null && value !== "");
  const [{ container_port: port = undefined, name: protocol = undefined } = {}] = blocksOf(ports);
  // Envoy merges two configurations into one. Another command may start another program.
  const isOne = args.filter((arg, index) => index !== place + 1 && LIKE_CONFIGURATION.test(arg)).length === 1;
  const value = isOne && listOf(ingress.command).length === 0 ? args[place + 1] : undefined;
  const isText = args[place] === "--config-yaml";
  const mount = isText ? undefined : mountOf(ingress, String(value));
  const mounts = blocksOf(ingress.volume_mounts).filter((each) => each !== mount);
  const volumes = blocksOf(template.volumes).filter(({ name }) => mounts.some((each) => each.name === name));
  const volume = blocksOf(template.volumes).find(({ name }) => name === mount?.name);
  return {
    image: String(image),
    port,
    configuration: isText ? value : secretText(stack, volume, `${value}`.slice(`${mount?.mount_path}/`.length)),
    // Omits the way in which the configuration is passed: it depends only on the configuration's length.
    rest: { options, http2: protocol === "h2c", ...Object.fromEntries(own), mounts, volumes },
  };
}

export function templateOf({ attributes }: Resource): Attributes {
  return [attributes.template].flat()[0] ?? {};
}

/** Cloud Run accepts one ingress container: the only one with a port. Undefined unless there is exactly one. */
export function ingressOf(service: Resource): Attributes | undefined {
  const containers = blocksOf(templateOf(service).containers);
  const [ingress, ...others] = containers.length === 1 ? containers : containers.filter(({ ports }) => ports);
  return others.length > 0 ? undefined : ingress;
}

function mountOf(container: Attributes, path: string): Attributes | undefined {
  return blocksOf(container.volume_mounts).find(({ mount_path }) => path.startsWith(`${mount_path}/`));
}

/** The text of the secret version that is mounted under this name. */
function secretText(stack: StackJson, volume: Attributes | undefined, file: string): string | undefined {
  const secret: Attributes = [volume?.secret ?? {}].flat()[0];
  const item = blocksOf(secret.items).find(({ path }) => path === file);
  // Anyone who may write to the secret can change the latest version.
  if (item === undefined || item.version === undefined || item.version === "latest") return undefined;
  const held = referred(stack, secret.secret)?.address;
  const versions = resourcesOf(stack, "google_secret_manager_secret_version").filter(
    ({ attributes }) => referred(stack, attributes.secret)?.address === held,
  );
  const named = versions.find(({ address }) => address === referred(stack, item.version)?.address);
  // A state has the version's number, which must be that of the only version.
  const only = /^\d+$/.test(String(item.version)) && versions.length === 1 ? versions[0] : undefined;
  const found = (named ?? only)?.attributes.secret_data;
  return typeof found === "string" ? found : undefined;
}
