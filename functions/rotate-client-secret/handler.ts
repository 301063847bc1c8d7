import { randomInt } from "node:crypto";
import type { HttpsCall } from "../authorizer/request/https-call";
import { AwsApi, type Environment, objectOf, readSettings, type Settings } from "./rotation/aws-api";
import { RotationError, TRIED_AGAIN } from "./rotation/rotation-error";
import {
  type CognitoSecret,
  CognitoSecrets,
  type Labels,
  labelled,
  SecretsManager,
  type TokenClaims,
  TokenEndpoint,
} from "./rotation/secrets-manager";

export interface HandlerProps {
  readonly environment: Environment;
  readonly call: HttpsCall;
  readonly write: (line: string) => void;
  readonly pause: (milliseconds: number) => Promise<void>;
}

const DAY_MILLISECONDS = 86_400_000;

/**
 * Called by Secrets Manager once for each step, and once a day to log the secret's age. Every error is logged before it
 * is thrown.
 */
export function rotationHandler(props: HandlerProps): (event: unknown) => Promise<void> {
  return async (event) => {
    const { environment, write } = props;
    let task: Task | undefined;
    try {
      task = readEvent(event);
      const settings = readSettings(environment);
      const parts = partsOf(props, settings);
      if (task.kind === "check") await writeAge(parts.secrets, settings, write);
      else await step(task, parts, props);
    } catch (error) {
      const { reason, remedy } = error instanceof RotationError ? error : new RotationError("internal", TRIED_AGAIN);
      const named = task?.kind === "step" ? { step: task.step, version: task.token } : {};
      write(logText({ level: "ERROR", event: "rotation", client: environment.CLIENT, ...named, reason, remedy }));
      throw new Error(`${task?.kind === "step" ? task.step : "rotate-client-secret"}: ${reason}; ${remedy}`);
    }
  };
}

async function step(
  { step: name, secretId, token }: Extract<Task, { kind: "step" }>,
  parts: Parts,
  { write, pause }: HandlerProps,
): Promise<void> {
  const { settings, secrets } = parts;
  if (secretId !== settings.secretArn) {
    throw new RotationError("the event is about another secret", "give each secret a rotation function of its own");
  }
  const labels = await secrets.labels();
  const own = labels.get(token) ?? [];
  const isCurrent = own.includes("AWSCURRENT");
  if (!isCurrent && !own.includes("AWSPENDING")) {
    throw new RotationError("the token is of no pending version of the secret", "start the rotation again");
  }
  const outcome = isCurrent ? "current already" : await STEPS[name]({ ...parts, token, labels, pause });
  write(logText({ level: "INFO", event: "rotation", client: settings.client, step: name, version: token, outcome }));
  // Reports the new age immediately, for the alarm on it.
  if (name === "finishSecret") await writeAge(secrets, settings, write);
}

async function writeAge(secrets: SecretsManager, { client }: Settings, write: (line: string) => void): Promise<void> {
  const { createdAt } = await secrets.current();
  const ageDays = Math.round(((Date.now() - createdAt) / DAY_MILLISECONDS) * 100) / 100;
  write(logText({ level: "INFO", event: "secret-age", client, ageDays }));
}

type Parts = Omit<Rotation, "labels" | "pause" | "token">;

function partsOf({ environment, call, pause }: HandlerProps, settings: Settings): Parts {
  const common = { region: settings.region, call, pause, environment };
  const secretsManager = new AwsApi({ ...common, service: "secretsmanager", target: "secretsmanager" });
  const cognito = new AwsApi({ ...common, service: "cognito-idp", target: "AWSCognitoIdentityProviderService" });
  return {
    settings,
    secrets: new SecretsManager(secretsManager, settings.secretArn),
    cognito: new CognitoSecrets(cognito, settings),
    endpoint: new TokenEndpoint(call, settings),
  };
}

/** Names every field that it writes, so that no value added elsewhere reaches the log. */
interface LogLine {
  readonly level: "INFO" | "ERROR";
  /** `secret-age` is what the metric filter of the log group looks for (stacks/aws/identity/identity.ts). */
  readonly event: "rotation" | "secret-age";
  readonly client: string | undefined;
  readonly step?: string;
  /** Id of the new version; not a secret. */
  readonly version?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly remedy?: string;
  /** Age of AWSCURRENT, in days. */
  readonly ageDays?: number;
}

/** Lambda forwards lines that are JSON with `timestamp` and `level`. */
export function logText(line: LogLine): string {
  const { level, event, client, step, version, outcome, reason, remedy, ageDays } = line;
  const timestamp = new Date().toISOString();
  return `${JSON.stringify({ timestamp, level, event, client, step, version, outcome, reason, remedy, ageDays })}\n`;
}

/** The inputs of a step. */
interface Rotation {
  readonly settings: Settings;
  readonly secrets: SecretsManager;
  readonly cognito: CognitoSecrets;
  readonly endpoint: TokenEndpoint;
  /** The version that this rotation creates: its `ClientRequestToken`. */
  readonly token: string;
  /** As they were when the step began. */
  readonly labels: Labels;
  /** Waits; tests replace it. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Each resolves with its outcome, for the log. */
const STEPS: Readonly<Record<Step, (rotation: Rotation) => Promise<string>>> = {
  createSecret,
  setSecret,
  testSecret,
  finishSecret,
};

/**
 * Creates the new value and stores it as AWSPENDING before any system uses it, so it can be read again after any
 * failure. Only this version has the label AWSPENDING. The version of an abandoned rotation loses it, and `setSecret`
 * cleans up after that rotation.
 */
async function createSecret({ settings, secrets, token, labels }: Rotation): Promise<string> {
  const pending = await secrets.version("AWSPENDING", token);
  if (pending !== undefined) {
    ownClientSecret(pending.text, "AWSPENDING", settings);
    return "there already";
  }
  const current = await secrets.current();
  ownClientSecret(current.text, "AWSCURRENT", settings);
  // For a secret that existed before its rotation was declared: Terraform looks for this version.
  if (labelled(labels, settings.firstLabel) === undefined) await secrets.label(settings.firstLabel, current.versionId);
  await secrets.put(token, credentialsText(settings, newClientSecret()));
  return "made";
}

/**
 * Adds the new value to Cognito. If Cognito already has two secrets, the step first deletes the one that no current
 * caller uses.
 */
async function setSecret(rotation: Rotation): Promise<string> {
  const { cognito, endpoint } = rotation;
  const { value, createdAt } = await pendingOf(rotation);
  if ((await endpoint.tokenFor(value)) !== undefined) return "known already";
  // Read before the list: Lambda may freeze this delivery before it uses the list, while other deliveries continue.
  const listedAt = Date.now();
  const secrets = await cognito.list();
  const [older, newer, third] = secrets;
  if (older === undefined || third !== undefined) {
    const count = `Cognito lists ${secrets.length} secrets, expected one or two`;
    throw new RotationError(count, "look at the app client's secrets in Cognito");
  }
  if (newer !== undefined) {
    const superseded = supersededOf({ older, newer, ...(await signsOf(rotation, createdAt)) });
    // Steps are delivered at least once: meanwhile another delivery may have added this value, or be about to.
    if ((await endpoint.tokenFor(value)) !== undefined) return "known already";
    await assertUnchanged(rotation, secrets);
    if (superseded.createdAt >= createdAt) assertSettled(superseded, listedAt);
    await cognito.remove(superseded.id);
  }
  await cognito.add(value);
  return newer === undefined ? "added" : "added, and a former one deleted";
}

/** Pauses before further attempts, in milliseconds: Cognito may take a moment to accept a new secret everywhere. */
const PAUSES = [500, 1000, 2000, 4000, 8000];

/** Gets a token with the new value, as a caller would, and checks its scopes and client. */
async function testSecret(rotation: Rotation): Promise<string> {
  const { settings, endpoint, pause } = rotation;
  const { value } = await pendingOf(rotation);
  let claims = await endpoint.tokenFor(value);
  for (const milliseconds of PAUSES) {
    if (claims !== undefined) break;
    await pause(milliseconds);
    claims = await endpoint.tokenFor(value);
  }
  if (claims === undefined) {
    const remedy = "start the rotation again; the current secret still works";
    throw new RotationError("Cognito gives no token for the new secret", remedy);
  }
  requireOwnToken(claims, settings);
  return "opens";
}

/**
 * Makes the new version current, so that callers read it. The former becomes AWSPREVIOUS and works until the next
 * rotation. AWSPENDING stays where it is: Secrets Manager removes it to mark the rotation as done.
 */
async function finishSecret(rotation: Rotation): Promise<string> {
  const { secrets, endpoint, token, labels } = rotation;
  const { value } = await pendingOf(rotation);
  // Callers never get a secret that does not work, whatever the order of the steps.
  if ((await endpoint.tokenFor(value)) === undefined) {
    throw new RotationError("Cognito does not know the new secret", "start the rotation again: setSecret comes before");
  }
  await secrets.label("AWSCURRENT", token, labelled(labels, "AWSCURRENT"));
  return "current";
}

/** The client secret that `createSecret` created, and when, in milliseconds since 1970. */
async function pendingOf({ settings, secrets, token }: Rotation) {
  const pending = await secrets.version("AWSPENDING", token);
  if (pending !== undefined) {
    return { value: ownClientSecret(pending.text, "AWSPENDING", settings), createdAt: pending.createdAt };
  }
  throw new RotationError("this rotation has made no value yet", "start the rotation again: createSecret comes first");
}

/** Throws if the secrets or the labels have changed since the decision. */
async function assertUnchanged(
  { cognito, secrets, labels }: Rotation,
  before: readonly CognitoSecret[],
): Promise<void> {
  const [now, labelsNow] = [await cognito.list(), await secrets.labels()];
  if (named(now) === named(before) && labelsOf(labelsNow) === labelsOf(labels)) return;
  throw new RotationError("another delivery of this step is at work", TRIED_AGAIN);
}

/** Sorted, because AWS guarantees no order for secrets of the same second, nor for labels. */
function named(secrets: readonly CognitoSecret[]): string {
  return secrets
    .map(({ id }) => id)
    .sort()
    .join();
}

function labelsOf(labels: Labels): string {
  return JSON.stringify([...labels].map(([version, each]) => `${version} ${[...each].sort()}`).sort());
}

/** Longest time that a delivery of a step may run: AWS Lambda, "Quotas", function timeout. */
const TURN_MILLISECONDS = 900_000;

/**
 * Throws for a secret that was added within this time before the list was read: it may belong to this rotation and not
 * work yet.
 */
function assertSettled({ createdAt }: CognitoSecret, listedAt: number): void {
  if (listedAt - createdAt >= TURN_MILLISECONDS) return;
  throw new RotationError("Cognito has a secret that was added a moment ago, and does not open it yet", TRIED_AGAIN);
}

async function signsOf(rotation: Rotation, pendingMadeAt: number): Promise<Omit<TwoSecrets, "older" | "newer">> {
  const { settings, secrets, labels } = rotation;
  const current = await secrets.current();
  return {
    currentMadeAt: current.createdAt,
    pendingMadeAt,
    previous: await previousOf(rotation, ownClientSecret(current.text, "AWSCURRENT", settings)),
    currentIsFirst: labels.get(current.versionId)?.includes(settings.firstLabel) === true,
  };
}

async function previousOf({ settings, secrets, endpoint }: Rotation, current: string): Promise<TwoSecrets["previous"]> {
  const version = await secrets.version("AWSPREVIOUS");
  const previous = version && readCredentials(version.text);
  if (previous?.client_id !== settings.clientId || previous.client_secret === current) return "none";
  return (await endpoint.tokenFor(previous.client_secret)) === undefined ? "unknown" : "known";
}

function requireOwnToken({ client_id, token_use, scope }: TokenClaims, settings: Settings): void {
  const given = typeof scope === "string" ? scope.split(" ") : [];
  const missing = settings.scope.split(" ").filter((each) => !given.includes(each));
  const fault =
    (client_id !== settings.clientId && "is of another client") ||
    (token_use !== "access" && "is no access token") ||
    (missing.length > 0 && `lacks the scopes ${missing.join(", ")}`);
  if (!fault) return;
  throw new RotationError(
    `the token for the new secret ${fault}`,
    "apply the environment again: app client and function differ",
  );
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Cognito accepts 24-64 characters of `[\w+]` (AddUserPoolClientSecret). 48 characters from an alphabet of 62 have 285
 * bits.
 */
const CHARACTERS = 48;

function newClientSecret(): string {
  return Array.from({ length: CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/**
 * The secret's text: everything that a reader needs to get a token, in the key order that Terraform uses for the first
 * version. It uses the declared values, not the previous ones.
 */
function credentialsText(settings: Settings, clientSecret: string): string {
  return JSON.stringify({
    client_id: settings.clientId,
    client_secret: clientSecret,
    token_endpoint: settings.tokenEndpoint,
    scope: settings.scope,
  });
}

/** Client id and secret of a version's text; undefined if either is missing. */
function readCredentials(text: string): { client_id: string; client_secret: string } | undefined {
  const { client_id, client_secret } = objectOf(text) ?? {};
  if (typeof client_id !== "string" || typeof client_secret !== "string" || client_secret === "") return undefined;
  return { client_id, client_secret };
}

/** Returns the client secret in a version. Throws if the version has none, or belongs to another client. */
function ownClientSecret(text: string, label: string, { clientId }: Settings): string {
  const credentials = readCredentials(text);
  if (credentials?.client_id === clientId) return credentials.client_secret;
  throw new RotationError(
    `the version ${label} holds ${credentials === undefined ? "no client secret" : "the secret of another client"}`,
    "apply the environment again: Terraform writes the first version of a new client",
  );
}

/** The known facts about Cognito's two secrets. All dates are in milliseconds since 1970. */
export interface TwoSecrets {
  readonly older: CognitoSecret;
  readonly newer: CognitoSecret;
  /** When AWSCURRENT was created: before Cognito got its value, unless that is the client's first secret. */
  readonly currentMadeAt: number;
  /** When AWSPENDING was created. */
  readonly pendingMadeAt: number;
  /**
   * Whether Cognito still accepts AWSPREVIOUS. `none`: this client has no AWSPREVIOUS, or it has the same value as
   * AWSCURRENT.
   */
  readonly previous: "known" | "unknown" | "none";
  /** Whether AWSCURRENT is the first version. Its value is then the secret with which the client was created. */
  readonly currentIsFirst: boolean;
}

/**
 * Returns which of Cognito's two secrets is no longer needed. Cognito shows no values, so this function works out which
 * one belongs to AWSCURRENT; the other one is superseded. Throws if the evidence is contradictory.
 *
 * - A secret that was added after AWSPENDING was created belongs to this rotation or to none: AWSCURRENT is the older
 *   one.
 * - Cognito accepts AWSPREVIOUS: the two secrets are AWSPREVIOUS and AWSCURRENT, in this order.
 * - Cognito does not accept it, or there never was one: the other secret is left over from a rotation that was
 *   abandoned after AWSCURRENT.
 */
export function supersededOf(two: TwoSecrets): CognitoSecret {
  const { older, newer, previous } = two;
  if (newer.createdAt >= two.pendingMadeAt) return newer;
  if (previous === "known") {
    // The first version is current again: the other version, which is AWSPREVIOUS now, is not the older one.
    if (two.currentIsFirst)
      throw doubt("AWSCURRENT is the first version again, and AWSPREVIOUS opens the token endpoint");
    // AWSPREVIOUS existed before AWSCURRENT was created.
    if (older.createdAt < two.currentMadeAt) return older;
    throw doubt("AWSPREVIOUS opens the token endpoint, and both secrets are younger than AWSCURRENT");
  }
  if (previous === "unknown" || two.currentIsFirst) return newer;
  throw doubt("there is no AWSPREVIOUS to tell the two by, and AWSCURRENT is not the first version");
}

function doubt(sign: string): RotationError {
  return new RotationError(
    `Cognito has two secrets, and which of them callers use is not certain: ${sign}`,
    "delete the unused one by hand (docs/how-to/secrets.md, When a rotation fails)",
  );
}

type Step = "createSecret" | "setSecret" | "testSecret" | "finishSecret";

/** The function's input: one step of a rotation, or the daily check of the secret's age. */
type Task =
  | { readonly kind: "check" }
  | { readonly kind: "step"; readonly step: Step; readonly secretId: string; readonly token: string };

/** Both spellings are documented: the older one in camel case, and the newer one. */
const STEP_NAMES: Readonly<Record<string, Step>> = {
  createSecret: "createSecret",
  create_secret: "createSecret",
  setSecret: "setSecret",
  set_secret: "setSecret",
  testSecret: "testSecret",
  test_secret: "testSecret",
  finishSecret: "finishSecret",
  finish_secret: "finishSecret",
};

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
export function readEvent(event: unknown): Task {
  const fields = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  if (fields.check === true) return { kind: "check" };
  const { Step: name, SecretId: secretId, ClientRequestToken: token } = fields;
  const step = typeof name === "string" && Object.hasOwn(STEP_NAMES, name) ? STEP_NAMES[name] : undefined;
  if (step === undefined || typeof secretId !== "string" || typeof token !== "string" || token === "") {
    throw new RotationError("the event is no step of a rotation", "let Secrets Manager alone call this function");
  }
  return { kind: "step", step, secretId, token };
}
