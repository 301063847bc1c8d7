import { ownClientSecret, readCredentials } from "../rotation/client-credentials";
import type { CognitoSecret } from "../rotation/cognito";
import type { Done, Rotation } from "../rotation/rotation";
import { pendingOf } from "../rotation/rotation";
import { RotationError, TRIED_AGAIN } from "../rotation/rotation-error";
import type { Labels, SecretVersion } from "../rotation/secrets-manager";
import { supersededOf, type TwoSecrets } from "../rotation/superseded-secret";

/**
 * Adds the new value to Cognito. If Cognito already has two secrets, the step first deletes the one that no current
 * caller uses.
 */
export async function setSecret(rotation: Rotation): Promise<Done> {
  const { settings, cognito, endpoint } = rotation;
  const pending = await pendingOf(rotation);
  const value = ownClientSecret(pending.text, "AWSPENDING", settings);
  if ((await endpoint.tokenFor(value)) !== undefined) return "known already";
  const secrets = await cognito.list();
  const [older, newer, third] = secrets;
  if (older === undefined || third !== undefined) {
    throw new RotationError(
      `Cognito lists ${secrets.length} secrets, expected one or two`,
      "look at the app client's secrets in Cognito",
    );
  }
  if (newer !== undefined) {
    const superseded = supersededOf({ older, newer, ...(await signsOf(rotation, pending)) });
    // Steps are delivered at least once: another delivery may have added this very value meanwhile, or be about to.
    if ((await endpoint.tokenFor(value)) !== undefined) return "known already";
    await assertUnchanged(rotation, secrets);
    if (superseded.createdAt >= pending.createdAt) assertSettled(superseded);
    await cognito.remove(superseded.id);
  }
  await cognito.add(value);
  return newer === undefined ? "added" : "added, and a former one deleted";
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

/** Throws for a secret that was added within this time: it may belong to this rotation and not work yet. */
function assertSettled({ createdAt }: CognitoSecret): void {
  if (Date.now() - createdAt >= TURN_MILLISECONDS) return;
  throw new RotationError("Cognito has a secret that was added a moment ago, and does not open it yet", TRIED_AGAIN);
}

async function signsOf(rotation: Rotation, pending: SecretVersion): Promise<Omit<TwoSecrets, "older" | "newer">> {
  const { settings, secrets, labels } = rotation;
  const current = await secrets.version("AWSCURRENT");
  if (current === undefined) {
    throw new RotationError("the secret has no current version", "apply the environment again");
  }
  return {
    currentMadeAt: current.createdAt,
    pendingMadeAt: pending.createdAt,
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
