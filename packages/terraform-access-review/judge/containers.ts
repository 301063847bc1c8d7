import { type Envoy, type Envoys, envoysOf } from "../access/envoys";
import type { GuardChange } from "../model/change";
import type { SynthesizedState } from "../model/state";
import { ENVOY, ingressOf, templateOf } from "../terraform-json/envoy-container";
import { canonical } from "../terraform-json/order";
import { abridged, hashed } from "../terraform-json/sha256";
import { type Attributes, blocksOf, isUnset, type Resource, resourcesOf } from "../terraform-json/stack-json";
import { isWrittenPath } from "../types";
import { masked } from "./value-diff";

/**
 * Environment variables with which a runtime loads other code, trusts other certificates, or routes its calls
 * differently.
 */
const STEERS =
  /^(ld_\w+|dyld_\w+|node_\w+|python\w+|ruby(opt|lib)|perl\w*(opt|lib)|(_|jdk_)?java_\w*opt(ion)?s|maven_opts|(dotnet|coreclr|cor)_\w+|gunicorn_cmd_args|php\w*|lua_\w+|openssl_\w+|gconv_path|classpath|bash_env|env|path|\w+_proxy|ssl_cert_\w+|(requests|curl)_ca_bundle|\w+_emulator_host|google_application_credentials|gce_metadata_\w+|aws_\w+)$/i;

const TYPE = "google_cloud_run_v2_service";

/** The container that calls reach, if a service has several. Its port only says where its program listens. */
const INGRESS = "template.containers.ports";

/**
 * Changes of the programs in a service, whose effects no row reports: an image of another repository, a command, a mount,
 * an additional container. A newer image of the same repository, settings of the service itself and resources do not
 * count. Rows already report an Envoy that is read, and a new service.
 */
export function containerChanges(before: SynthesizedState, after: SynthesizedState): readonly GuardChange[] {
  const envoys = [before, after].map(({ stack, envoy }) => envoysOf(stack, envoy)) as [Envoys, Envoys];
  return resourcesOf(after.stack, TYPE).flatMap((service): readonly GuardChange[] => {
    const was = before.stack.resource[TYPE]?.[service.name];
    const [earlier, later] = envoys.map((each) => each.get(service.address));
    if (was === undefined || (was === service.attributes && earlier?.isRead === later?.isRead)) return [];
    const isUnread = earlier?.isRead === false || later?.isRead === false;
    const old = programsOf({ ...service, attributes: was }, isUnread, earlier);
    const now = programsOf(service, isUnread, later);
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((guard) => {
      const [from, to] = [old.get(guard), now.get(guard)];
      if (canonical(from ?? null) === canonical(to ?? null)) return [];
      const change = { address: service.address, guard, before: shown(from, guard), after: shown(to, guard) };
      return [{ effect: "broadened", ...change, doubt: true, ...(isWrittenPath(TYPE, guard) && { known: true }) }];
    });
  });
}

/** By path, all settings that decide which program runs. */
type Programs = ReadonlyMap<string, unknown>;

/**
 * @param isUnread whether rows do not report all of Envoy, before or after
 * @param read what is known about the service's Envoy; undefined if it has none
 */
function programsOf(service: Resource, isUnread: boolean, read: Envoy | undefined): Programs {
  const template = templateOf(service);
  const ingress = ingressOf(service);
  const envoy = ingress?.name === ENVOY ? ingress : undefined;
  const own = blocksOf(template.containers).filter((container) => container !== envoy);
  const isByRows = read !== undefined && !isUnread;
  const mounted = isByRows ? blocksOf(envoy?.volume_mounts).map(({ name }) => name) : [];
  const volumes = blocksOf(template.volumes).filter(({ name }) => !mounted.includes(name));
  const found = new Map<string, unknown>(volumes.length === 0 ? [] : [["template.volumes", volumes]]);
  if (envoy === undefined && own.length > 1) found.set(INGRESS, ingress?.name ?? null);
  if (envoy !== undefined && isUnread) {
    const content = read?.isRead ? "as its policy" : `unknown (${hashed(programOf(envoy))})`;
    found.set(`template.containers[${ENVOY}]`, content);
  }
  for (const container of own) {
    const at = own.length === 1 ? "template.containers" : `template.containers[${container.name}]`;
    for (const [name, value] of Object.entries(programOf(container))) found.set(`${at}.${name}`, value);
  }
  return found;
}

/** Settings that decide no request: resources, probes and the name of the container. */
const NEUTRAL = ["build_info", "depends_on", "liveness_probe", "name", "resources", "startup_probe"];

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
  if (value === undefined) return "not set";
  return abridged(canonical(masked(value, path.split(".").at(-1), { within: "template" })));
}
