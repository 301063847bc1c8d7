import type { CognitoSecrets } from "./cognito";
import { RotationError } from "./rotation-error";
import type { Labels, SecretsManager, SecretVersion } from "./secrets-manager";
import type { Settings } from "./settings";
import type { TokenEndpoint } from "./token-endpoint";

/** What a step has at hand. */
export interface Rotation {
  readonly settings: Settings;
  readonly secrets: SecretsManager;
  readonly cognito: CognitoSecrets;
  readonly endpoint: TokenEndpoint;
  /** Version that this rotation makes: its `ClientRequestToken`. */
  readonly token: string;
  /** As they were when the step began. */
  readonly labels: Labels;
  /** Waits; tests do not. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** What a step has come to, for the log. */
export type Done = string;

/** The version that `createSecret` has made. */
export async function pendingOf({ secrets, token }: Rotation): Promise<SecretVersion> {
  const pending = await secrets.version("AWSPENDING", token);
  if (pending !== undefined) return pending;
  throw new RotationError("this rotation has made no value yet", "start the rotation again: createSecret comes first");
}
