import { WITHHELD_FORMS } from "../../../contract/credentials";
import { jsonIn } from "./json-text";
import { soleReference } from "./references";
import { isFields } from "./stack-json";

/**
 * Provider attributes that contain a secret: those that a schema marks as sensitive, and others of the same names.
 * Names that only refer to one (`secret_id`, `access_token_validity`) are not included.
 */
const ATTRIBUTE =
  /^(secret_string|secret_binary|secret_string_wo|client_secret|secret_data|secret_data_wo|password|password_wo|master_password|passphrase|private_key|api_key|access_key|secret_key|access_token|refresh_token|id_token|auth_token|credentials?|shared_secret|kms_ciphertext)$/;

/** Names that people choose for variables and JSON fields: a name that suggests a secret counts as one. */
const CHOSEN_NAME = /secret|passw|passphrase|token|api[-_]?key|private[-_]?key|access[-_]?key|credential|cookie/i;

/** Blocks whose keys are chosen by people, not by a provider. */
const CHOSEN_BY_PEOPLE = /(^|\.)(variables|env|stage_variables|request_parameters|labels|annotations|tags)$/;

/** Envoy's configuration, which may be in a secret only for its length. Fields with a secret's name are hidden. */
export function isEnvoyConfiguration(value: unknown): boolean {
  return isEnvoyBootstrap(jsonIn(value)?.value);
}

/** The same for the value of a JSON text. */
export function isEnvoyBootstrap(value: unknown): boolean {
  return isFields(value) && Object.hasOwn(value, "static_resources");
}

/** The place of a value. */
export interface Holder {
  /** Path of its parent, without indices. */
  readonly within: string;
  /** Whether the parent is JSON in a string. */
  readonly inJson?: boolean;
}

/** Whether the value under this name must not be shown. */
export function isSecret(name: string, value: unknown, { within, inJson = false }: Holder): boolean {
  // A reference only names the place of a secret.
  if (soleReference(value) !== undefined) return false;
  if (typeof value === "string" && WITHHELD_FORMS.some((form) => value.search(form) >= 0)) return true;
  if (ATTRIBUTE.test(name)) return !(name === "secret_data" && isEnvoyConfiguration(value));
  // Only texts: `tokens_per_minute: 5` is not a secret, and the fields of an object are checked separately.
  if (typeof value !== "string" || !CHOSEN_NAME.test(name)) return false;
  // `secretsmanager:ResourceTag/team` is a condition of a policy, which a reviewer must see.
  return CHOSEN_BY_PEOPLE.test(within) || (inJson && !name.includes(":"));
}
