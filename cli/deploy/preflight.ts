import { type ImageRepository, imageRepository, repositoryName } from "../../intent/model/image-repository";
import type { Intent } from "../../intent/model/intent";
import { REVOKED_VARIABLE } from "../../intent/model/names";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { type PlanJson, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { referencesIn } from "../../packages/terraform-access-review/terraform-json/references";
import { isAllToLatest, rolloutOf } from "../../packages/terraform-access-review/terraform-json/rollout";
import {
  type Attributes,
  blocksOf,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { Planned, Planner } from "../plan/planner";
import { assertNone } from "../process/command-error";
import { jsonIn } from "../process/json";
import { askingShell, type MaybeAsyncShell, quoted } from "../process/shell";

/**
 * Problems that would stop an apply half-way, as far as plan and stack show them. Image digests are not checked here:
 * where an environment requires them, a config rule refuses the synthesis.
 */
export function obstacles(
  plan: PlanJson,
  model: ChangeModel,
  { stack }: SynthesizedState,
  intent: Pick<Intent, "twinOf">,
): readonly string[] {
  const lost = lostPools(model, intent);
  return [...(lost.length > 0 ? lost : protectedLosses(plan, model)), ...emptySecrets(model, stack)];
}

/** A deployed environment that became a twin would lose its users, and the secrets and ids of its clients. */
function lostPools({ resources }: ChangeModel, { twinOf }: Pick<Intent, "twinOf">): readonly string[] {
  if (twinOf === undefined) return [];
  const gone = resources.filter(({ type, action }) => type === "aws_cognito_user_pool" && action === "destroyed");
  return gone.map(
    ({ address }) =>
      `${address} is destroyed, with its users and clients: a twin of ${twinOf} has no user pool\n` +
      "    write the twin as a new environment, and remove this one when no caller needs it",
  );
}

/** The argument by which each cloud protects a resource from deletion. */
const PROTECTED: Readonly<Record<string, (value: unknown) => boolean>> = {
  aws_cognito_user_pool: (value) => value === "ACTIVE",
  google_cloud_run_v2_service: (value) => value !== false,
  google_secret_manager_secret: (value) => value === true,
};

function protectedLosses(plan: PlanJson, { resources }: ChangeModel): readonly string[] {
  const state = new Map(stateOf(plan).map((each) => [each.address, each]));
  return resources.flatMap(({ address, type, action }) => {
    const isProtected = PROTECTED[type];
    const gone = action === "destroyed" || action === "replaced";
    if (!gone || isProtected === undefined) return [];
    const values = state.get(address)?.values;
    if (values === undefined || !isProtected(values.deletion_protection)) return [];
    return [
      `${address} is ${action}, and the cloud protects it from deletion\n` +
        "    first deploy with protect: false in the environment's file, then remove the resource",
    ];
  });
}

/**
 * A person adds the version after the deploy that creates the secret. A service that mounts the secret in the same
 * deploy cannot start.
 */
function emptySecrets({ resources }: ChangeModel, stack: SynthesizedState["stack"]): readonly string[] {
  const made = new Set(
    resources
      .filter(({ type, action }) => type === "google_secret_manager_secret" && /^(added|replaced)$/.test(action))
      .map(({ address }) => address),
  );
  // Terraform itself adds the version of Envoy's configuration.
  for (const { attributes } of resourcesOf(stack, "google_secret_manager_secret_version")) {
    made.delete(referred(stack, attributes.secret)?.address ?? "");
  }
  return resourcesOf(stack, "google_cloud_run_v2_service").flatMap(({ address, attributes }) => {
    const mounted = texts(attributes.template).flatMap(referencesIn);
    return [...new Set(mounted.map(({ address: secret }) => secret))]
      .filter((secret) => made.has(secret))
      .map(
        (secret) =>
          `${address} mounts ${secret}, which this deploy creates without a version\n` +
          "    deploy without `version`, add one with gcloud secrets versions add, then pin it",
      );
  });
}

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

/**
 * Services whose IAM check an organization policy does not let this change switch off. The apply would fail after it has
 * removed the grants of the invokers. Google validates the change without making it. Reports nothing if gcloud is
 * missing, has no credentials, or gets no answer.
 */
export async function forbiddenSwitches(
  { environment, google }: Pick<Intent, "environment" | "google">,
  { resource_changes = [] }: PlanJson,
  { shell = askingShell, send = fetch, env = process.env }: ImageQuestions = {},
): Promise<readonly string[]> {
  const switched = resource_changes.filter(({ type, change }) => {
    const [before, after] = [change.before, change.after] as (Attributes | null)[];
    const goesOff = before?.invoker_iam_disabled !== true && after?.invoker_iam_disabled === true;
    return type === "google_cloud_run_v2_service" && change.actions.join() === "update" && goesOff;
  });
  if (switched.length === 0 || UNKNOWN_TO_GCLOUD.some((name) => env[name])) return [];
  console.error(`${environment}: asking Google whether the invoker IAM check may be switched off`);
  const token = await tokenOf(env.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT, shell);
  if (token === undefined) return [];
  const refused = await Promise.all(
    switched.map(async ({ address, change }): Promise<readonly string[]> => {
      const { project = google.project, location, name } = change.after as Attributes;
      const service = `projects/${project}/locations/${location}/services/${name}`;
      const said = await refusalOf(`https://run.googleapis.com/v2/${service}`, token, send);
      if (!/organi[sz]ation policy|constraints\//i.test(said)) return [];
      return [
        `${address}: an organization policy does not let the invoker IAM check be switched off\n` +
          "    ask for an exception of run.managed.requireInvokerIam for the project, or keep handshake: federated",
      ];
    }),
  );
  return refused.flat();
}

/** What Google says against switching a service's IAM check off; empty if nothing, or without an answer. */
async function refusalOf(service: string, token: string, send: typeof fetch): Promise<string> {
  try {
    const answer = await send(`${service}?updateMask=invokerIamDisabled&validateOnly=true`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ invokerIamDisabled: true }),
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
    return answer.ok ? "" : await answer.text();
  } catch {
    return "";
  }
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

/**
 * Services that the apply itself would open to everyone. IAM's check is switched off immediately, but the previous
 * revision answers until the new one is ready. If the new one never becomes ready, the previous one keeps answering, so
 * it must already have Envoy. An older revision that still gets traffic, or has a tag, may predate Envoy, unless a
 * rollout names it by its content.
 *
 * @param declared the stack that was planned
 */
export function openRevisions({ resource_changes = [] }: PlanJson, declared: StackJson): readonly string[] {
  const rollouts = resourcesOf(declared, "google_cloud_run_v2_service").filter(
    ({ attributes }) => rolloutOf(attributes) !== undefined,
  );
  return resource_changes.flatMap(({ address, type, change }) => {
    if (type !== "google_cloud_run_v2_service" || !change.before || !change.after) return [];
    const isRollout = rollouts.some((each) => each.address === address);
    return faults(change.before as Attributes, change.after as Attributes, isRollout).map(
      (fault) => `${address}: ${fault}`,
    );
  });
}

function faults(before: Attributes, after: Attributes, isRollout: boolean): readonly string[] {
  if (after.invoker_iam_disabled !== true) return [];
  const goesOff = before.invoker_iam_disabled !== true;
  const pinned = [...(goesOff ? [before] : []), ...(isRollout && !goesOff ? [] : [after])].filter(
    ({ traffic }) => !isAllToLatest(traffic),
  );
  const other = goesOff || canonical(before.traffic) !== canonical(after.traffic) ? pinned : [];
  return [
    ...(goesOff && !containersOf(before).some(({ name }) => name === "envoy")
      ? ["the invoker IAM check is switched off while a revision without Envoy answers: anyone could call it"]
      : []),
    ...(other.length > 0
      ? [
          "the invoker IAM check is off, and an older revision, which may have no Envoy, answers: " +
            "send all traffic to the latest one first",
        ]
      : []),
  ];
}

function containersOf({ template }: Attributes): readonly Attributes[] {
  return blocksOf(blocksOf(template)[0]?.containers);
}

/** The parts of a planner and of a plan that these checks use. */
type Looking = Pick<Planner, "environment" | "folder" | "make">;
type Looked = Pick<Planned, "intent" | "plan">;

/** Name of a second plan, next to the one being applied. */
const LOOK = "revoked";

/** Refuses an apply that would let in a caller who was revoked outside Terraform. */
export function assertStaysRevoked(
  environment: string,
  { plan, intent: { issuers, twinOf = environment } }: Looked,
): void {
  const found = readmitted(plan, issuers).map(
    (name) =>
      `${name} was shut out by npx front-door revoke, and this apply would let it in again\n` +
      `    ${lastingRefusal(twinOf, name, issuers)}, or let it in first with:\n` +
      `    npx front-door revoke ${environment} ${quoted(name)} --undo`,
  );
  assertNone(found, `${environment}: nothing was applied`);
}

/** Checks the functions again: a caller may have been revoked since the plan was made, and no state shows that. */
export async function assertStillRevoked(planner: Looking, { plan }: Looked): Promise<void> {
  const now = await lookAgain(planner, plan);
  if (now !== undefined) assertStaysRevoked(planner.environment, now);
}

/**
 * Checks the functions after an apply that moved an alias. Terraform publishes a version, starts its instances, and
 * moves the alias minutes later. If a caller is revoked in between, the function has the list, and the alias is moved
 * from the version with the list to one without it.
 */
export async function assertRevokedMeanwhile(planner: Looking, { plan }: Looked): Promise<void> {
  const moves = (plan.resource_changes ?? []).some(
    ({ type, change }) => type === "aws_lambda_alias" && change.actions.join() !== "no-op",
  );
  const now = moves ? await lookAgain(planner, plan) : undefined;
  const { environment } = planner;
  const found = (now === undefined ? [] : readmitted(now.plan, now.intent.issuers)).map(
    (name) =>
      `${name} was shut out by npx front-door revoke during this apply, which may have let it in again\n` +
      `    shut it out again: npx front-door revoke ${environment} ${quoted(name)}`,
  );
  assertNone(found, `${environment}: every change was applied`);
}

/** Plans only the functions of a plan, without a lock. Undefined if the plan has no function. */
async function lookAgain(planner: Looking, { resource_changes = [] }: PlanJson): Promise<Planned | undefined> {
  const functions = resource_changes.filter(({ type }) => type === "aws_lambda_function");
  if (functions.length === 0) return undefined;
  try {
    return await planner.make(LOOK, ["-lock=false", ...functions.map(({ address }) => `-target=${address}`)]);
  } finally {
    planner.folder.remove(LOOK);
  }
}

/**
 * Callers that were revoked outside Terraform and that this apply would admit again: it removes the functions' list of
 * revoked callers, and config does not refuse them. A name unknown to config also counts: a renamed caller has a new
 * name, and the old one is valid until the functions' code changes. A caller that config admits has been reviewed.
 */
export function readmitted(
  { resource_changes = [], resource_drift = [] }: PlanJson,
  issuers: Intent["issuers"],
): readonly string[] {
  const found = resource_drift.flatMap(({ address, type, change }) => {
    if (type !== "aws_lambda_function") return [];
    const declared = revokedIn(change.before);
    const kept = revokedIn(resource_changes.find((each) => each.address === address)?.change.after);
    return revokedIn(change.after).filter((name) => !declared.includes(name) && !kept.includes(name));
  });
  return [...new Set(found)].filter((name) => !isRemovedFromIssuer(name, issuers)).sort();
}

/** A caller that its issuer lists has no entry among the clients. Removing it from that list revokes it. */
function isRemovedFromIssuer(name: string, issuers: Intent["issuers"]): boolean {
  return issuers.some(
    (issuer) =>
      listsCaller(name, issuer) && !("clients" in issuer && issuer.clients.some((id) => name === `${issuer.id}/${id}`)),
  );
}

function listsCaller(name: string, issuer: Intent["issuers"][number]): boolean {
  return issuer.kind === "oidc" && issuer.grants === "token" && name.startsWith(`${issuer.id}/`);
}

/**
 * The change in config that keeps a caller out.
 *
 * @param environment the environment, or its primary: only the primary's file can change a client of two
 */
export function lastingRefusal(environment: string, name: string, issuers: Intent["issuers"]): string {
  const own = issuers.find((issuer) => listsCaller(name, issuer));
  return own === undefined
    ? `write disabled: true at the client in config/${environment}.yaml`
    : `remove it from issuers.${own.id}.clients in config/`;
}

function revokedIn(attributes: unknown): readonly string[] {
  const [environment] = blocksOf((attributes as Attributes | null | undefined)?.environment);
  // If the value is not a list, the function refuses every caller, and the plan shows that.
  const names: unknown = jsonIn(environment?.variables?.[REVOKED_VARIABLE]);
  return Array.isArray(names) ? names.map(String) : [];
}
