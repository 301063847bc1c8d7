import { RELEASE_PERMISSIONS } from "../../contract/release";
import type { MachineClient } from "../../intent/model/client-intent";
import { imageRepository, repositoryName } from "../../intent/model/image-repository";
import type { ExistingService, GoogleIntent, Intent, SecretVariable, Service } from "../../intent/model/intent";
import { rotationFunction, rotationTopic, serviceAccountEmail } from "../../intent/model/names";
import { placesOf } from "../../intent/schema/places";
import { GOOGLE_NEEDS } from "../../stacks/bootstrap/google/permissions";
import { formatNamed } from "../process/format-option";
import { CONFIG } from "../process/project";
import { readIntents, select } from "../synthesis/intents";
import type { DeclaredSecret, Locate, Party } from "./declared-secret";

export interface ListOptions {
  readonly format?: string;
}

interface Declared {
  readonly environment: string;
  readonly services: readonly DeclaredService[];
  readonly secrets: readonly DeclaredSecret[];
}

const FORMATS: Readonly<Record<string, (declared: Declared) => string>> = {
  text: ({ environment, services, secrets }) =>
    `${servicesText(environment, services)}\n${secretsText(environment, secrets)}`,
  json: (declared) => `${JSON.stringify(declared, null, 2)}\n`,
};

/**
 * `npm run list -- env`: every Cloud Run service and how its own pipeline releases it, and every secret of both clouds,
 * who may use it and how it gets a new value. Calls no cloud.
 */
export function list(environment: string, { format = "text" }: ListOptions): void {
  const print = formatNamed(format, FORMATS);
  const places = placesOf(CONFIG, environment);
  for (const intent of select(readIntents(), [environment])) {
    const [services, secrets] = [declaredServices(intent), declaredSecrets(intent, places.at)];
    process.stdout.write(print({ environment, services, secrets }));
  }
}

/** One Cloud Run service, and who releases its image. */
interface DeclaredService {
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

interface DeclaredRelease {
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
function servicesText(environment: string, all: readonly DeclaredService[]): string {
  const released = all.filter(({ release }) => release !== undefined).length;
  const count = `${all.length} ${all.length === 1 ? "service" : "services"}`;
  const head = `${environment}: ${count}, ${released} released by their own pipelines; no cloud was called`;
  return `${[head, ...all.map(serviceBlock), ...(released === 0 ? [] : [RELEASE_NOTE])].join("\n\n")}\n`;
}

function serviceBlock({ key, name, region, project, image, asks, release }: DeclaredService): string {
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

const RELEASE_NOTE =
  "Give gcloud no other flag: --ingress, --service-account, --container and --set-env-vars change what the front door decided,\n" +
  "--revision-suffix and --tag name a revision. npx front-door drift and npm run verify report each. docs/how-to/releases.md#let-the-services-own-pipeline-release";

/** The secrets of both clouds by name, AWS first. */
export function declaredSecrets(intent: Intent, locate: Locate): readonly DeclaredSecret[] {
  const clients = intent.clients.flatMap((client) =>
    client.grant === "client_credentials" && client.appClientId === undefined
      ? [clientSecret(intent, client, locate)]
      : [],
  );
  const services = intent.services.flatMap((service) =>
    service.secrets.map((secret) => serviceSecret(intent, service, secret, locate)),
  );
  return [...clients.sort(byName), ...services.sort(byName)];
}

function byName(a: DeclaredSecret, b: DeclaredSecret): number {
  return a.name < b.name ? -1 : 1;
}

/** The terminal's view of an environment's secrets. */
export function secretsText(environment: string, secrets: readonly DeclaredSecret[]): string {
  const count = `${secrets.length} ${secrets.length === 1 ? "secret" : "secrets"}`;
  const head = `${environment}: ${count}, as config declares them; no cloud was called`;
  const notes = secrets.length === 0 ? [] : [SECRET_NOTES.join("\n")];
  return `${[head, ...secrets.map(secretBlock), ...notes].join("\n\n")}\n`;
}

const SECRET_NOTES = [
  "Give a value on standard input (paste it, then Ctrl-D twice: a final line break would become part of it), or from a",
  "file with --data-file=FILE; never as an argument, which every process can read.",
  "Not shown: rights from a Google project, folder or organisation, and AWS administrators' rights to write.",
];

function secretBlock(secret: DeclaredSecret): string {
  const { name, cloud, declaredBy, declaredAt, readers, changers, age, commands, afterwards } = secret;
  const at = declaredAt === undefined ? "" : ` (${declaredAt})`;
  return [
    `${name}  ${cloud}`,
    ...lines("declared", [`${declaredBy}${at}`]),
    ...lines("read by", readers.map(byKey)),
    ...lines("changed by", changers.map(byKey), "no principal in this config: principals with a grant on the project"),
    ...lines("age", age),
    ...lines("new value", commands, "by no command"),
    ...lines("then", [afterwards]),
  ].join("\n");
}

function byKey({ who, as }: Party): string {
  return `${who} (${as})`;
}

const WIDTH = 12;

function lines(title: string, values: readonly string[], none = ""): readonly string[] {
  const shown = values.length === 0 ? [none] : values;
  return shown.map((value, index) => `    ${(index === 0 ? title : "").padEnd(WIDTH)}${value}`);
}

/**
 * The secret of a `client_credentials` client. Cognito creates it, and AWS Secrets Manager provides it to its readers.
 */
function clientSecret(intent: Intent, client: MachineClient, locate: Locate): DeclaredSecret {
  const { prefix, aws } = intent;
  const every = client.rotateEveryDays;
  // Nothing rotates while the client is disabled, because the stack has no function for it.
  const rotates = every !== undefined && !client.disabled;
  const readers = client.readers.map((who) => ({ who, as: "readers" }));
  const deployers = aws.deployers.map((who) => ({ who, as: "aws.deployers" }));
  const rotation = { who: rotationFunction(prefix, client.id), as: "its rotation function" };
  return {
    cloud: "AWS",
    name: client.secretName,
    declaredBy: `clients.${client.key}`,
    declaredAt: locate(["clients", client.key]),
    readers: [...readers, ...deployers, ...(rotates ? [rotation] : [])],
    changers: rotates ? [rotation] : deployers,
    ...valueChange(intent, client),
  };
}

type Change = Pick<DeclaredSecret, "age" | "commands" | "afterwards">;

function valueChange(intent: Intent, client: MachineClient): Change {
  const every = client.rotateEveryDays;
  if (every === undefined) return replaced(intent, client);
  return client.disabled ? resting(intent, client, every) : rotated(intent, client, every);
}

function resting({ environment }: Intent, { key }: MachineClient, every: number): Change {
  return {
    age: [`not rotated while the client is disabled; otherwise every ${every} days`],
    commands: [],
    afterwards:
      `enabling the client rotates its secret immediately: remove clients.${key}.disabled, then npm run deploy -- ${environment}. ` +
      "The current secret works until the rotation after that. If it leaked, rotate again when the first rotation is done",
  };
}

function rotated({ aws }: Intent, { secretName }: MachineClient, every: number): Change {
  return {
    age: [
      `replaced every ${every} days; the previous one works until the next rotation, so each is valid for at most ${2 * every} days`,
    ],
    commands: [`aws secretsmanager rotate-secret --secret-id ${secretName} --region ${aws.region}`],
    afterwards:
      "nothing: callers read the secret again when a call is refused. " +
      "If the old secret leaked, rotate again afterwards: only the second rotation invalidates it",
  };
}

function replaced({ environment }: Intent, { key }: MachineClient): Change {
  const address = `aws_cognito_user_pool_client.${key.replaceAll("-", "_")}`;
  return {
    age: ["never rotates: as old as the app client; rotateEveryDays changes that"],
    commands: [
      `npx cdktf plan ${environment}`,
      `terraform -chdir=cdktf.out/stacks/${environment} apply -replace=${address}`,
    ],
    afterwards:
      "nothing more: that was the deploy. The client has a new id too, and the old id no longer works: " +
      "callers must read the secret again immediately. " +
      "Before you start: that apply readmits every caller that npx front-door revoke shut out, without the check of npm run deploy; " +
      "first deploy disabled: true for those clients",
  };
}

/** A secret of a service in Google Secret Manager. The principal that adds a version supplies its value. */
function serviceSecret(intent: Intent, service: Service, secret: SecretVariable, locate: Locate): DeclaredSecret {
  const { google } = intent;
  const path = ["services", service.key, "secrets", secret.variable];
  return {
    cloud: "Google Cloud",
    name: secret.secretId,
    declaredBy: path.join("."),
    declaredAt: locate(path),
    readers: [
      { who: serviceAccountEmail(service.runtimeName, google.project), as: `runtime account of ${service.key}` },
    ],
    changers: (secret.versionAdders ?? []).map((who) => ({ who, as: "versionAdders" })),
    age: [versionAge(secret), reminderAge(intent, secret)],
    commands: [addVersion(google, secret)],
    afterwards: afterwards(intent, service, secret, locate),
  };
}

/** Reads the value from standard input, because every process can read a command line. */
function addVersion({ project }: GoogleIntent, { secretId }: SecretVariable): string {
  return `gcloud secrets versions add ${secretId} --project=${project} --data-file=-`;
}

/** The key that selects the version, and its location; an overlay if it is not written yet. */
function versionKey(
  { environment }: Intent,
  service: Service,
  { variable }: SecretVariable,
  locate: Locate = () => undefined,
): string {
  const path = ["services", service.key, "secrets", variable, "version"];
  return `${path.join(".")} in ${locate(path) ?? `config/${environment}.yaml`}`;
}

function versionAge({ version }: SecretVariable): string {
  if (version === undefined) return "not mounted yet: the service does not have it";
  if (version === "latest") return "the newest version at the start of each instance";
  return `pinned: version ${version}`;
}

function reminderAge({ prefix }: Intent, { rotateEveryDays }: SecretVariable): string {
  if (rotateEveryDays === undefined) return "never rotates: no reminders";
  return `Google reminds every ${rotateEveryDays} days on the topic ${rotationTopic(prefix)}, but adds no version itself`;
}

function afterwards(intent: Intent, service: Service, secret: SecretVariable, locate: Locate): string {
  const { version } = secret;
  const deploy = `npm run deploy -- ${intent.environment}`;
  if (version === "latest") {
    return (
      "new instances have it; running instances keep the old value. " +
      `The next deploy that creates a revision of ${service.name} replaces them all`
    );
  }
  const key = versionKey(intent, service, secret, locate);
  if (version === undefined) return `write the version that it prints as ${key}, and deploy: ${deploy}`;
  return `raise ${key} from ${version} to the version that it prints (${version + 1} if it is the next), and deploy: ${deploy}`;
}
