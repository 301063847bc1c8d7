import { randomInt } from "node:crypto";
import { objectOf } from "./aws-api";
import { RotationError } from "./rotation-error";
import type { Settings } from "./settings";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Cognito accepts 24-64 characters of `[\w+]` (AddUserPoolClientSecret). 48 characters from an alphabet of 62 have 285
 * bits.
 */
const CHARACTERS = 48;

export function newClientSecret(): string {
  return Array.from({ length: CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/**
 * The secret's text: everything that a reader needs to get a token, in the key order that Terraform uses for the first
 * version. It uses the declared values, not the previous ones.
 */
export function credentialsText(settings: Settings, clientSecret: string): string {
  return JSON.stringify({
    client_id: settings.clientId,
    client_secret: clientSecret,
    token_endpoint: settings.tokenEndpoint,
    scope: settings.scope,
  });
}

/** Client id and secret of a version's text; undefined if either is missing. */
export function readCredentials(text: string): { client_id: string; client_secret: string } | undefined {
  const { client_id, client_secret } = objectOf(text) ?? {};
  if (typeof client_id !== "string" || typeof client_secret !== "string" || client_secret === "") return undefined;
  return { client_id, client_secret };
}

/** Returns the client secret in a version. Throws if the version has none, or belongs to another client. */
export function ownClientSecret(text: string, label: string, { clientId }: Settings): string {
  const credentials = readCredentials(text);
  if (credentials?.client_id === clientId) return credentials.client_secret;
  throw new RotationError(
    `the version ${label} holds ${credentials === undefined ? "no client secret" : "the secret of another client"}`,
    "apply the environment again: Terraform writes the first version of a new client",
  );
}
