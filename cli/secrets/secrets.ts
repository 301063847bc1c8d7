import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import { formatNamed } from "../process/format-option";
import { CONFIG } from "../process/project";
import { readIntents, select } from "../synthesis/intents";
import { clientSecret } from "./client-secret";
import type { DeclaredSecret, Locate } from "./declared-secret";
import { serviceSecret } from "./service-secret";
import { secretsText } from "./text";

export interface SecretsOptions {
  readonly format?: string;
}

const FORMATS: Readonly<Record<string, (environment: string, secrets: readonly DeclaredSecret[]) => string>> = {
  text: secretsText,
  json: (environment, secrets) => `${JSON.stringify({ environment, secrets }, null, 2)}\n`,
};

/**
 * `npm run secrets -- env`: every secret of both clouds, who may use it and how it gets a new value. Calls no cloud.
 */
export function secrets(environment: string, { format = "text" }: SecretsOptions): void {
  const print = formatNamed(format, FORMATS);
  const places = placesOf(CONFIG, environment);
  for (const intent of select(readIntents(), [environment])) {
    process.stdout.write(print(environment, declaredSecrets(intent, places.at)));
  }
}

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
