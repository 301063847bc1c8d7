import { envoyContainer, ingressOf, NEUTRAL, templateOf } from "../access/sidecar/container";
import type { GuardChange } from "../model/change";
import { canonical } from "../terraform-json/order";
import {
  type Attributes,
  blocksOf,
  isUnset,
  type Resource,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";
import { masked } from "./value-diff";

/**
 * Environment variables with which a runtime loads other code, trusts other certificates, or routes its calls
 * differently.
 */
const STEERS =
  /^(ld_\w+|dyld_\w+|node_\w+|python\w+|ruby(opt|lib)|perl\w*(opt|lib)|(_|jdk_)?java_\w*options|maven_opts|dotnet_\w+|php\w*|lua_\w+|openssl_\w+|gconv_path|classpath|bash_env|env|path|\w+_proxy|ssl_cert_\w+|google_application_credentials|gce_metadata_\w+|aws_\w+)$/i;

const TYPE = "google_cloud_run_v2_service";

/** Another port may belong to another program: a debugger, or an admin interface. */
const PORT = "template.containers.ports.container_port";

/**
 * Changes of the programs in a service, whose effects no row reports: an image of another repository, a command, a mount,
 * an additional container. A newer image of the same repository, settings of the service itself and resources do not
 * count. Rows already report Envoy, and a new service.
 */
export function containerChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, TYPE).flatMap((service): readonly GuardChange[] => {
    const was = before.resource[TYPE]?.[service.name];
    if (was === undefined || was === service.attributes) return [];
    const former: Resource = { ...service, attributes: was };
    const [old, now] = [programsOf(before, former), programsOf(after, service)];
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((guard) => {
      const [from, to] = [old.get(guard), now.get(guard)];
      if (canonical(from ?? null) === canonical(to ?? null)) return [];
      // If Envoy is added or removed, so is the port, and rows report that.
      if (guard === PORT && (from === undefined || to === undefined)) return [];
      const change = { address: service.address, guard, before: shown(from, guard), after: shown(to, guard) };
      return [{ effect: "broadened", ...change, doubt: true }];
    });
  });
}

/** By path, all settings of a service's own containers that decide which program runs. */
function programsOf(stack: StackJson, service: Resource): ReadonlyMap<string, unknown> {
  const template = templateOf(service);
  const envoy = envoyContainer(stack, service) === undefined ? undefined : ingressOf(service);
  const own = blocksOf(template.containers).filter((container) => container !== envoy);
  const mounted = blocksOf(envoy?.volume_mounts).map(({ name }) => name);
  const volumes = blocksOf(template.volumes).filter(({ name }) => !mounted.includes(name));
  const found = new Map<string, unknown>(volumes.length === 0 ? [] : [["template.volumes", volumes]]);
  const port = blocksOf(ingressOf(service)?.ports)[0]?.container_port;
  if (envoy === undefined && port !== undefined) found.set(PORT, port);
  for (const container of own) {
    const at = own.length === 1 ? "template.containers" : `template.containers[${container.name}]`;
    for (const [name, value] of Object.entries(programOf(container))) found.set(`${at}.${name}`, value);
  }
  return found;
}

function programOf({ image, env, ports: _, ...rest }: Attributes): Attributes {
  const others = Object.entries(rest).filter(
    ([name, value]) => !NEUTRAL.includes(name) && !isUnset(value) && value !== "",
  );
  // A computed name may have any value.
  const steering = blocksOf(env).filter(({ name }) => STEERS.test(String(name)) || !/^\w+$/.test(String(name)));
  return {
    image: repositoryOf(String(image)),
    ...Object.fromEntries(others),
    ...(steering.length > 0 && { env: steering }),
  };
}

/** The image without tag and digest: `europe-docker.pkg.dev/acme/shop/orders`. A port is not a tag. */
function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

function shown(value: unknown, path: string): string {
  return value === undefined ? "not set" : canonical(masked(value, path.split(".").at(-1), { within: "template" }));
}
