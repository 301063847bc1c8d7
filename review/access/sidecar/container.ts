import { type Attributes, listOf, type Resource, referred, resourcesOf, type StackJson } from "../../stack-json";

/** The container that callers reach, where it is Envoy. */
export interface EnvoyContainer {
  readonly image: string;
  /** The port that Cloud Run sends callers to. */
  readonly port: unknown;
  /** Envoy's configuration, as text; undefined where the stack does not hold it. */
  readonly configuration: string | undefined;
  /** Whatever else of it could change what it does. */
  readonly rest: unknown;
}

/** Decide no request: how much the container gets, when it counts as up, and what it is called. */
const NEUTRAL = ["depends_on", "liveness_probe", "name", "resources", "startup_probe"];

/** By how its program is called: a configuration in an argument, or in a file. */
const CONFIGURATION = ["--config-yaml", "--config-path", "-c"];

/** Undefined where callers reach another program: an app, or nobody knows which. */
export function envoyContainer(stack: StackJson, service: Resource): EnvoyContainer | undefined {
  const template: Attributes = [service.attributes.template].flat()[0] ?? {};
  const containers: readonly Attributes[] = [template.containers ?? []].flat();
  // Cloud Run takes one ingress container: the only one with a port.
  const [ingress, ...others] = containers.length === 1 ? containers : containers.filter(({ ports }) => ports);
  if (ingress === undefined || others.length > 0) return undefined;
  const args = listOf(ingress.args);
  const places = args.flatMap((arg, index) => (CONFIGURATION.includes(arg) ? [index] : []));
  const [place] = places;
  if (place === undefined) return undefined;
  const { args: _, image, ports, ...rest } = ingress;
  const options = args.filter((_arg, index) => index !== place + 1);
  const own = Object.entries(rest).filter(([key]) => !NEUTRAL.includes(key));
  const port = [ports ?? {}].flat()[0]?.container_port;
  // Of two, Envoy merges one into the other.
  const value = places.length === 1 ? args[place + 1] : undefined;
  const volume = args[place] === "--config-yaml" ? undefined : volumeOf(template, ingress, String(value));
  return {
    image: String(image),
    port,
    configuration: args[place] === "--config-yaml" ? value : secretText(stack, volume, String(value)),
    rest: { options, ports: [ports].flat(), ...Object.fromEntries(own), ...(volume !== undefined && { volume }) },
  };
}

function volumeOf(template: Attributes, container: Attributes, path: string): Attributes | undefined {
  const mounts: readonly Attributes[] = [container.volume_mounts ?? []].flat();
  const mount = mounts.find(({ mount_path }) => path.startsWith(`${mount_path}/`));
  const volumes: readonly Attributes[] = [template.volumes ?? []].flat();
  return mount && volumes.find(({ name }) => name === mount.name);
}

/** The text of the secret's version that is mounted as this file. */
function secretText(stack: StackJson, volume: Attributes | undefined, path: string): string | undefined {
  const secret: Attributes = [volume?.secret ?? {}].flat()[0];
  const items: readonly Attributes[] = [secret.items ?? []].flat();
  const item = items.find((each) => path.endsWith(`/${each.path}`));
  if (item === undefined) return undefined;
  const named = referred(stack, item.version);
  const held = referred(stack, secret.secret)?.address;
  const versions = resourcesOf(stack, "google_secret_manager_secret_version").filter(
    ({ attributes }) => referred(stack, attributes.secret)?.address === held,
  );
  // `latest`, or a number, is that of the only one that the stack declares.
  const version = named ?? (versions.length === 1 ? versions[0] : undefined);
  const found = version?.attributes.secret_data;
  return typeof found === "string" ? found : undefined;
}
