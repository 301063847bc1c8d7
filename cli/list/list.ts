import { placesOf } from "../../intent/schema/places";
import { formatNamed } from "../process/format-option";
import { CONFIG } from "../process/project";
import { readIntents, select } from "../synthesis/intents";
import type { DeclaredSecret } from "./declared-secret";
import { declaredSecrets, secretsText } from "./secrets";
import { type DeclaredService, declaredServices, servicesText } from "./services";

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
