import type { MachineClient } from "../../intent/model/client-intent";
import type { GoogleIntent, Intent, SecretVariable, Service } from "../../intent/model/intent";
import { rotationFunction, rotationTopic, serviceAccountEmail } from "../../intent/model/names";
import type { DeclaredSecret, Locate, Party } from "./declared-secret";

/** The secrets of both clouds by name, AWS first. */
export function declaredSecrets(intent: Intent, locate: Locate): readonly DeclaredSecret[] {
  const clients = intent.clients.flatMap((client) =>
    client.grant === "client_credentials" ? [clientSecret(intent, client, locate)] : [],
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
  const notes = secrets.length === 0 ? [] : [NOTES.join("\n")];
  return `${[head, ...secrets.map(block), ...notes].join("\n\n")}\n`;
}

const NOTES = [
  "Give a value on standard input (paste it, then Ctrl-D twice: a final line break would become part of it), or from a",
  "file with --data-file=FILE; never as an argument, which every process can read.",
  "Not shown: rights from a Google project, folder or organisation, and AWS administrators' rights to write.",
];

function block(secret: DeclaredSecret): string {
  const { name, cloud, declaredBy, declaredAt, readers, changers, age, commands, afterwards } = secret;
  const at = declaredAt === undefined ? "" : ` (${declaredAt})`;
  return [
    `${name}  ${cloud}`,
    ...lines("declared", [`${declaredBy}${at}`]),
    ...lines("read by", readers.map(named)),
    ...lines("changed by", changers.map(named), "no principal in this config: principals with a grant on the project"),
    ...lines("age", age),
    ...lines("new value", commands, "by no command"),
    ...lines("then", [afterwards]),
  ].join("\n");
}

function named({ who, as }: Party): string {
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
    ...change(intent, client),
  };
}

type Change = Pick<DeclaredSecret, "age" | "commands" | "afterwards">;

function change(intent: Intent, client: MachineClient): Change {
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
