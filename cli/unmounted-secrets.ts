import type { Intent } from "../intent/intent";
import { addVersion, versionKey } from "./secrets/service-secret";

/** For each secret that is created but not mounted yet: what is missing, and the command that fills it. */
export function unmountedSecrets(intent: Intent): string[] {
  return intent.services.flatMap((service) =>
    service.secrets
      .filter(({ version }) => version === undefined)
      .map(
        (secret) =>
          `secret ${secret.id} is created and not mounted as ${secret.variable} of ${service.key}: after the first deploy run\n` +
          `      ${addVersion(intent.google, secret)}\n` +
          `    and pin the version it prints: ${versionKey(intent, service, secret)}`,
      ),
  );
}
