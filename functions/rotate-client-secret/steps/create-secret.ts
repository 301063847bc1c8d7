import { credentialsText, newClientSecret, ownClientSecret } from "../rotation/client-credentials";
import type { Done, Rotation } from "../rotation/rotation";
import { RotationError } from "../rotation/rotation-error";
import { labelled } from "../rotation/secrets-manager";

/**
 * Makes the new value and keeps it as AWSPENDING before anybody else knows it: whatever dies afterwards, it can be read
 * again. AWSPENDING is on one version at a time, this one; that of a rotation that was given up has no label any more,
 * and `setSecret` clears up behind it.
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
