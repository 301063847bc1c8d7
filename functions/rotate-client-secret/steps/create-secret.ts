import { credentialsText, newClientSecret, ownClientSecret } from "../rotation/client-credentials";
import type { Done, Rotation } from "../rotation/rotation";
import { RotationError } from "../rotation/rotation-error";
import { labelled } from "../rotation/secrets-manager";

/**
 * Creates the new value and stores it as AWSPENDING before any system uses it, so it can be read again after any
 * failure. Only this version has the label AWSPENDING. The version of an abandoned rotation loses it, and `setSecret`
 * cleans up after that rotation.
 */
export async function createSecret({ settings, secrets, token, labels }: Rotation): Promise<Done> {
  const pending = await secrets.version("AWSPENDING", token);
  if (pending !== undefined) {
    ownClientSecret(pending.text, "AWSPENDING", settings);
    return "there already";
  }
  const current = await secrets.version("AWSCURRENT");
  if (current === undefined) {
    throw new RotationError("the secret has no current version", "apply the environment again");
  }
  ownClientSecret(current.text, "AWSCURRENT", settings);
  // A secret that was there before its rotation was declared: Terraform looks for this version.
  if (labelled(labels, settings.firstLabel) === undefined) await secrets.label(settings.firstLabel, current.versionId);
  await secrets.put(token, credentialsText(settings, newClientSecret()));
  return "made";
}
