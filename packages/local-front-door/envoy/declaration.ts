import { StackError } from "../terraform/document";
import type { Block, Stack } from "../terraform/stack";
import { type EnvoyConfiguration, readEnvoyConfiguration } from "./configuration";

const CONTAINER = {
  read: ["args", "depends_on", "image", "liveness_probe", "name", "ports", "startup_probe", "volume_mounts"],
  immaterial: {
    resources: "Envoy has this machine's processor and memory",
  },
} as const;
const PORTS = { read: ["container_port"], immaterial: { name: "the protocol, which is HTTP/1 here" } } as const;
const PROBE = {
  read: ["http_get"],
  immaterial: {
    failure_threshold: "here Envoy is probed until it answers",
    initial_delay_seconds: "here Envoy is probed until it answers",
    period_seconds: "here Envoy is probed until it answers",
    timeout_seconds: "here Envoy is probed until it answers",
  },
} as const;
const HTTP_GET = { read: ["path", "port"] } as const;
const MOUNT = { read: ["mount_path", "name"] } as const;
const VOLUME = { read: ["name", "secret"] } as const;
const SECRET = { read: ["items", "secret"], immaterial: { default_mode: "only one user reads it here" } } as const;
const ITEM = { read: ["path", "version"], immaterial: { mode: "only one user reads it here" } } as const;
const VERSION = {
  read: ["secret", "secret_data"],
  immaterial: { deletion_policy: "nothing is deleted here" },
} as const;

/** The container of Envoy in front of a service's app, as the stack declares it. */
export interface EnvoyDeclaration {
  /** Address of its arguments, which a refusal names. */
  readonly address: string;
  /** `1.40.0`, from the image's tag. */
  readonly version: string;
  readonly args: readonly string[];
  /** Which of the arguments is the configuration, or the file that holds it. */
  readonly configurationAt: number;
  readonly delivery: "argument" | "mounted";
  /** With its references resolved, wherever it is stored. */
  readonly text: string;
  readonly configuration: EnvoyConfiguration;
}

/** A secret mounted as a file, to check who may read it. */
export type RequireReadable = (secretId: string, address: string) => void;

/** By the container's name, which the stack sets. A mirror may use any image name. */
export function isEnvoy({ body }: Block): boolean {
  return body.name === "envoy";
}

/** The address of a container's attribute, as the page and people look it up. */
export function containerAddress(service: string, index: number, attribute?: string): string {
  return `${service}.template.containers.${index}${attribute === undefined ? "" : `.${attribute}`}`;
}

export function readEnvoyContainer(
  stack: Stack,
  service: string,
  template: Block,
  index: number,
  requireReadable: RequireReadable,
): EnvoyDeclaration {
  const containers = template.body.containers as readonly Readonly<Record<string, unknown>>[];
  const at = (attribute: string) => containerAddress(service, index, attribute);
  const [container] = stack.blocksOf(containers[index], containerAddress(service, index), CONTAINER);
  const { args = [], depends_on = [], image } = (container?.body ?? {}) as Record<string, unknown>;
  const others = containers.map(({ name }) => name);
  const missing = (depends_on as readonly unknown[]).find((name) => !others.includes(name));
  if (missing !== undefined) throw new StackError(at("depends_on"), `the service has no container ${missing}`);
  if (!Array.isArray(args) || args.some((each) => typeof each !== "string")) {
    throw new StackError(at("args"), "expected a list of texts");
  }
  const option = args.findIndex((each) => each === "--config-yaml" || each === "--config-path");
  const given = args[option + 1] as string | undefined;
  if (option < 0 || given === undefined) throw new StackError(at("args"), "expected --config-yaml or --config-path");
  const mounted = args[option] === "--config-path";
  const text = mounted ? mountedText(stack, service, template, index, given, requireReadable) : given;
  const configuration = readEnvoyConfiguration(text, at("args"));
  requirePorts(stack, container, at, configuration);
  return {
    address: at("args"),
    version: versionOf(String(image), at("image")),
    args,
    configurationAt: option + 1,
    delivery: mounted ? "mounted" : "argument",
    text,
    configuration,
  };
}

/** An image without a tag like Envoy's releases is not the Envoy that runs here, even if its name matches. */
function versionOf(image: string, address: string): string {
  const [, version] = /:distroless-v(\d+\.\d+\.\d+)(?:@|$)/.exec(image) ?? [];
  if (version !== undefined) return version;
  throw new StackError(address, `got ${image}, expected the tag of a release of Envoy, as in distroless-v1.40.0`);
}

/** Calls and probe must reach Envoy on the ports of its configuration. */
function requirePorts(
  stack: Stack,
  container: Block | undefined,
  at: (attribute: string) => string,
  { ports, probePath }: EnvoyConfiguration,
): void {
  const [port] = stack.blocksOf(container?.body.ports, at("ports"), PORTS);
  if (port?.body.container_port !== ports.ingress) {
    const got = port?.body.container_port ?? "none";
    throw new StackError(at("ports"), `got ${got}, expected ${ports.ingress}, where Envoy listens for calls`);
  }
  const expected = `${probePath} on ${ports.probe}`;
  // Without a startup probe, Cloud Run sends calls as soon as Envoy listens. Without the other probe, it never restarts
  // Envoy.
  const declared = container?.body.liveness_probe === undefined ? [] : ["liveness_probe"];
  for (const name of ["startup_probe", ...declared]) {
    const [probe] = stack.blocksOf(container?.body[name], at(name), PROBE);
    const [http] = probe ? stack.blocksOf(probe.body.http_get, `${at(name)}.http_get`, HTTP_GET) : [];
    const got = `${http?.body.path} on ${http?.body.port}`;
    if (got === expected) continue;
    throw new StackError(at(name), `got ${got}, expected ${expected}, where Envoy listens for probes`);
  }
}

/** The text of the secret's version that is mounted under this path. */
function mountedText(
  stack: Stack,
  service: string,
  template: Block,
  index: number,
  path: string,
  requireReadable: RequireReadable,
): string {
  const containers = template.body.containers as readonly Readonly<Record<string, unknown>>[];
  const mounts = stack.blocksOf(
    containers[index]?.volume_mounts,
    containerAddress(service, index, "volume_mounts"),
    MOUNT,
  );
  const at = `${service}.template.volumes`;
  const volumes = stack.blocksOf(template.body.volumes, at, VOLUME);
  for (const { body: mount } of mounts) {
    const volume = volumes.find(({ body }) => body.name === mount.name);
    if (volume === undefined) throw new StackError(at, `no volume has the name ${mount.name}`);
    const [secret] = stack.blocksOf(volume.body.secret, `${volume.address}.secret`, SECRET);
    const items = secret ? stack.blocksOf(secret.body.items, `${secret.address}.items`, ITEM) : [];
    const item = items.find(({ body }) => `${mount.mount_path}/${body.path}` === path);
    if (secret === undefined || item === undefined) continue;
    const secretId = String(secret.body.secret);
    requireReadable(secretId, volume.address);
    return versionText(stack, secretId, String(item.body.version), item.address);
  }
  throw new StackError(containerAddress(service, index, "args"), `nothing is mounted at ${path}`);
}

function versionText(stack: Stack, secretId: string, number: string, address: string): string {
  const found = stack.declaredApart("google_secret_manager_secret_version", VERSION).find((version) => {
    const secret = stack.textIfKnown(version, "secret") ?? "";
    return secret.split("/").at(-1) === secretId && [stack.text(version, "version"), "latest"].includes(number);
  });
  if (found !== undefined) stack.requireUnderstood(found);
  if (found === undefined) throw new StackError(address, `the stack has no version ${number} of ${secretId}`);
  return stack.text(found, "secret_data");
}
