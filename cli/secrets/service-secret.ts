import type { GoogleIntent, Intent, SecretVariable, Service } from "../../intent/model/intent";
import { rotationTopic, serviceAccountEmail } from "../../intent/model/names";
import type { DeclaredSecret, Locate } from "./declared-secret";

/** A secret of a service in Google Secret Manager. The principal that adds a version supplies its value. */
export function serviceSecret(
  intent: Intent,
  service: Service,
  secret: SecretVariable,
  locate: Locate,
): DeclaredSecret {
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
