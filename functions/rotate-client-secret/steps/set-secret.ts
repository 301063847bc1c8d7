import { ownClientSecret, readCredentials } from "../client-credentials";
import type { Done, Rotation } from "../rotation";
import { RotationError } from "../rotation-error";
import type { SecretVersion } from "../secrets-manager";
import { supersededOf, type TwoSecrets } from "../superseded-secret";
import { pendingOf } from "./pending";

/** Lets Cognito know the new value. Where it has two secrets already, the one that no current caller uses goes first. */
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
    await cognito.remove(superseded.id);
  }
  await cognito.add(value);
  return newer === undefined ? "added" : "added, and a former one deleted";
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
