import { RELEASE_PERMISSIONS } from "../../contract/release";
import { imageRepository, repositoryName } from "../../intent/model/image-repository";
import type { ExistingService, Intent, Service } from "../../intent/model/intent";
import { GOOGLE_NEEDS } from "../../stacks/bootstrap/google/permissions";

/** One Cloud Run service, and who releases its image. */
export interface DeclaredService {
  /** Key in the config. */
  readonly key: string;
  /** Name in Cloud Run. */
  readonly name: string;
  readonly region: string;
  readonly project: string;
  /** The image of config. With `pipeline`, that of the first deploy. Undefined for an existing service. */
  readonly image?: string;
  /** `owner`: an existing service, which this environment does not change. */
  readonly deployedBy: "terraform" | "pipeline" | "owner";
  /** What an existing service's owner grants and sets. */
  readonly asks?: readonly string[];
  /** How its own pipeline releases an image; undefined if Terraform does. */
  readonly release?: DeclaredRelease;
}

export interface DeclaredRelease {
  readonly principals: readonly string[];
  readonly traffic: "terraform" | "pipeline";
  /** With the place of the image as `IMAGE`. */
  readonly command: string;
  /** Steps of a GitHub Actions job with `id-token: write`. */
  readonly workflow: string;
  /** What a principal needs, and who grants it. */
  readonly needs: readonly string[];
}

/** The services of an environment, sorted by their keys. */
export function declaredServices(intent: Intent): readonly DeclaredService[] {
  return intent.services.map((service) => {
    if (service.existing !== undefined) return existingOf(intent, service, service.existing);
    return ownOf(intent, service);
  });
}

function ownOf(intent: Intent, service: Service): DeclaredService {
  const { region, project } = intent.google;
  return {
    ...{ key: service.key, name: service.name, region, project, image: service.image },
    deployedBy: service.release === undefined ? "terraform" : "pipeline",
    ...(service.release && { release: releaseOf(intent, service, service.release) }),
  };
}

/** Permissions on an existing service with which Terraform plans, and those with which it also deploys. */
const EXISTING_NEEDS = GOOGLE_NEEDS.google_cloud_run_v2_service_iam_member;

function existingOf(
  { environment, google }: Intent,
  { audience, key }: Service,
  existing: ExistingService,
): DeclaredService {
  const { read = [], write = [] } = EXISTING_NEEDS ?? {};
  const own = existing.project === google.project;
  return {
    key,
    ...existing,
    deployedBy: "owner",
    asks: [
      `it accepts the audience ${audience}`,
      `the identity that plans has ${read.join(" and ")} on it: ${own ? `bootstrap-${environment} grants it to the pipeline` : "its owner grants it"}`,
      `the identity that deploys also has ${write.join(" and ")} on it: ${own ? `bootstrap-${environment} grants it to the pipeline` : "its owner grants it"}`,
    ],
  };
}

function releaseOf(intent: Intent, service: Service, { principals, traffic }: NonNullable<Service["release"]>) {
  const command = deployCommand(intent, service);
  return { principals, traffic, command, workflow: workflowOf(command, principals), needs: needsOf(intent, service) };
}

/** Behind Envoy only the app's container gets the image. */
function deployCommand({ google }: Intent, { name, verifiesCallerToken }: Service): string {
  const container = verifiesCallerToken ? "--container=app " : "";
  return `gcloud run deploy ${name} --project=${google.project} --region=${google.region} ${container}--image=IMAGE`;
}

/** The same releases as in this program's own workflows. */
const AUTH = "google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093 # v3.0.0";

function workflowOf(command: string, principals: readonly string[]): string {
  const account = principals.find((each) => each.startsWith("serviceAccount:"))?.replace("serviceAccount:", "");
  return [
    `- uses: ${AUTH}`,
    "  with:",
    "    workload_identity_provider: ${{ vars.GOOGLE_PROVIDER }}",
    ...(account === undefined ? [] : [`    service_account: ${account}`]),
    `- run: ${command.replace("IMAGE", '"$IMAGE"')}`,
    "  env: { IMAGE: ${{ needs.build.outputs.image }} } # with its digest",
  ].join("\n");
}

function needsOf({ environment, google, releaseRoleId }: Intent, { name, runtimeName, image, release }: Service) {
  const repository = imageRepository(image);
  const byStack = (release?.principals.length ?? 0) > 0 ? `npm run deploy -- ${environment} grants it` : "you grant it";
  const own = repository?.project === google.project;
  return [
    `the role ${releaseRoleId} (${RELEASE_PERMISSIONS.join(", ")}) on ${name}: ${byStack}; bootstrap-${environment} declares the role`,
    `roles/iam.serviceAccountUser on ${runtimeName}: ${byStack}`,
    ...(repository === undefined
      ? []
      : [
          `roles/artifactregistry.reader on ${repositoryName(repository)}: ${own ? `bootstrap-${environment} grants it` : "its owner grants it"}`,
        ]),
  ];
}

/** The terminal's view of an environment's services. */
export function servicesText(environment: string, all: readonly DeclaredService[]): string {
  const released = all.filter(({ release }) => release !== undefined).length;
  const count = `${all.length} ${all.length === 1 ? "service" : "services"}`;
  const head = `${environment}: ${count}, ${released} released by their own pipelines; no cloud was called`;
  return `${[head, ...all.map(block), ...(released === 0 ? [] : [NOTE])].join("\n\n")}\n`;
}

function block({ key, name, region, project, image, asks, release }: DeclaredService): string {
  const title = `${key}: ${name} in ${region}`;
  if (asks !== undefined) {
    const lines = asks.map((line) => `        ${line}`);
    return [title, `    managed by others in ${project}; this environment relies on:`, ...lines].join("\n");
  }
  if (release === undefined) return `${title}\n    released by Terraform: ${image}`;
  const indented = (lines: readonly string[]) => lines.map((line) => `        ${line}`).join("\n");
  return [
    title,
    `    released by: ${release.principals.join(", ") || "its pipeline; config names no identity"}`,
    `    first image: ${image}`,
    `    traffic:     ${release.traffic === "pipeline" ? "set by the pipeline" : "all to the newest revision"}`,
    `    command:     ${release.command}`,
    "    in a workflow:",
    indented(release.workflow.split("\n")),
    "    a principal needs:",
    indented(release.needs),
  ].join("\n");
}

const NOTE =
  "Give gcloud no other flag: --ingress, --service-account, --container and --set-env-vars change what the front door decided,\n" +
  "--revision-suffix and --tag name a revision. npx front-door drift and npm run verify report each. docs/how-to/releases.md#let-the-services-own-pipeline-release";
