import type { Intent } from "./intent";

/** A repository of Artifact Registry, by the parts of its resource name. */
export interface ImageRepository {
  readonly project: string;
  readonly location: string;
  /** `shop`, or the host for a repository that replaced Container Registry: `eu.gcr.io`. */
  readonly repository: string;
}

/** `europe-docker.pkg.dev/acme/shop/orders:1`. A domain-scoped project has two parts: `example.com/acme`. */
const ARTIFACT_REGISTRY =
  /^(?<location>[a-z0-9-]+)-docker\.pkg\.dev\/(?<project>(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+[:/])?[a-z0-9-]+)\/(?<repository>[a-z0-9-]+)\//;

/** `gcr.io/acme/orders:1`. Artifact Registry, "Transition to repositories with gcr.io domain support". */
const CONTAINER_REGISTRY =
  /^(?<repository>(?:(?:asia|eu|us)\.)?gcr\.io)\/(?<project>(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+[:/])?[a-z0-9-]+)\//;
const LOCATIONS: Readonly<Record<string, string>> = {
  "gcr.io": "us",
  "us.gcr.io": "us",
  "eu.gcr.io": "europe",
  "asia.gcr.io": "asia",
};

/** Google's project of public sample images, which everybody may read. */
const PUBLIC = "cloudrun";

/** The repository whose reader may deploy this image; undefined for public images and other registries. */
export function imageRepository(image: string): ImageRepository | undefined {
  const {
    location,
    project = "",
    repository = "",
  } = (ARTIFACT_REGISTRY.exec(image) ?? CONTAINER_REGISTRY.exec(image))?.groups ?? {};
  if (repository === "" || project === PUBLIC) return undefined;
  return { project: project.replace("/", ":"), location: location ?? LOCATIONS[repository] ?? "", repository };
}

/** Repositories of all images that an environment deploys, sorted by name, each once. */
export function imageRepositories({ services, envoy }: Pick<Intent, "services" | "envoy">): readonly ImageRepository[] {
  const sidecar = services.some(({ verifiesCallerToken }) => verifiesCallerToken) ? [envoy?.image ?? ""] : [];
  const images = [...services.flatMap(({ image, rollout }) => [image, rollout?.from ?? ""]), ...sidecar];
  const found = images.flatMap((image) => imageRepository(image) ?? []);
  const byName = new Map(found.map((each) => [repositoryName(each), each]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

/** `projects/acme/locations/europe/repositories/shop`. */
export function repositoryName({ project, location, repository }: ImageRepository): string {
  return `projects/${project}/locations/${location}/repositories/${repository}`;
}
