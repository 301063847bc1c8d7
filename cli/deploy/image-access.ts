import { type ImageRepository, imageRepository, repositoryName } from "../../intent/model/image-repository";
import type { Intent } from "../../intent/model/intent";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { type Attributes, blocksOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";

/** Time limit of one query, in seconds. */
const SECONDS = 15;

/** What Cloud Run demands of the principal that creates or updates a service, for each image, since 15 January 2025. */
const PULL = "artifactregistry.repositories.downloadArtifacts";

/** Credentials of Terraform's provider that gcloud does not use, so their permissions cannot be asked for here. */
const UNKNOWN_TO_GCLOUD = [
  "GOOGLE_CREDENTIALS",
  "GOOGLE_CLOUD_KEYFILE_JSON",
  "GCLOUD_KEYFILE_JSON",
  "GOOGLE_OAUTH_ACCESS_TOKEN",
] as const;

/** How this check reaches Google. Tests replace it. */
export interface ImageQuestions {
  readonly shell?: MaybeAsyncShell;
  readonly send?: typeof fetch;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Images of created or changed services that the identity which deploys may not read. Asks Artifact Registry with the
 * credentials that Terraform uses. Reports nothing if gcloud is missing, has no credentials, or gets no answer.
 */
export async function unreadableImages(
  { environment, google }: Pick<Intent, "environment" | "google">,
  plan: PlanJson,
  { shell = askingShell, send = fetch, env = process.env }: ImageQuestions = {},
): Promise<readonly string[]> {
  const images = imagesIn(plan);
  if (images.length === 0 || UNKNOWN_TO_GCLOUD.some((name) => env[name])) return [];
  console.error(`${environment}: asking Google whether this identity may read the images`);
  const account = env.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT;
  const token = await tokenOf(account, shell);
  if (token === undefined) return [];
  const answers = new Map<string, boolean | undefined>();
  for (const { repository } of images) {
    const name = repositoryName(repository);
    if (!answers.has(name)) answers.set(name, await mayPull(name, token, send));
  }
  return images
    .filter(({ repository }) => answers.get(repositoryName(repository)) === false)
    .map(
      ({ address, image, repository }) =>
        `${address}: this identity may not read ${image}, or its repository does not exist\n` +
        `    ${repository.project === google.project ? "apply the bootstrap again, or grant it" : `the owner of ${repository.project} grants it`}:\n` +
        `    ${grantOf(repository, account || "<the deploy identity>")}`,
    );
}

interface Image {
  readonly address: string;
  readonly image: string;
  readonly repository: ImageRepository;
}

/** Images in repositories of Artifact Registry, of all containers. Cloud Run checks them when a service changes. */
function imagesIn({ resource_changes = [] }: PlanJson): readonly Image[] {
  const changed = resource_changes.filter(
    ({ type, change: { actions } }) => type === "google_cloud_run_v2_service" && /create|update/.test(actions.join()),
  );
  return changed.flatMap(({ address, change }) => {
    const [{ containers = undefined } = {}] = blocksOf((change.after as Attributes).template);
    return blocksOf(containers).flatMap(({ image }) => {
      const repository = imageRepository(String(image));
      return repository === undefined ? [] : [{ address, image: String(image), repository }];
    });
  });
}

/** An access token of the identity that Terraform uses: the impersonated one, or the application default credentials. */
async function tokenOf(account: string | undefined, shell: MaybeAsyncShell): Promise<string | undefined> {
  const args = account
    ? ["auth", "print-access-token", `--impersonate-service-account=${account}`]
    : ["auth", "application-default", "print-access-token"];
  const { code, out } = await shell("gcloud", args, SECONDS);
  return code === 0 && out.trim() !== "" ? out.trim() : undefined;
}

/** Undefined if there is no answer. A repository that does not exist grants nothing. */
async function mayPull(name: string, token: string, send: typeof fetch): Promise<boolean | undefined> {
  try {
    const answer = await send(`https://artifactregistry.googleapis.com/v1/${name}:testIamPermissions`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ permissions: [PULL] }),
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
    if (answer.status === 404) return false;
    if (!answer.ok) return undefined;
    const { permissions = [] } = (await answer.json()) as { readonly permissions?: readonly string[] };
    return permissions.includes(PULL);
  } catch {
    return undefined;
  }
}

function grantOf({ project, location, repository }: ImageRepository, account: string): string {
  return (
    `gcloud artifacts repositories add-iam-policy-binding ${repository} --project=${project} --location=${location} ` +
    `--member=serviceAccount:${account} --role=roles/artifactregistry.reader`
  );
}
