import type { CognitoSecrets } from "./cognito";
import { RotationError } from "./rotation-error";
import type { Labels, SecretsManager, SecretVersion } from "./secrets-manager";
import type { Settings } from "./settings";
import type { TokenEndpoint } from "./token-endpoint";

/** The inputs of a step. */
export interface Rotation {
  readonly settings: Settings;
  readonly secrets: SecretsManager;
  readonly cognito: CognitoSecrets;
  readonly endpoint: TokenEndpoint;
  /** The version that this rotation creates: its `ClientRequestToken`. */
  readonly token: string;
  /** As they were when the step began. */
  readonly labels: Labels;
  /** Waits; tests replace it. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** The outcome of a step, for the log. */
export type Done = string;

/** The version that `createSecret` created. */
export async function pendingOf({ secrets, token }: Rotation): Promise<SecretVersion> {
  const pending = await secrets.version("AWSPENDING", token);
  if (pending !== undefined) return pending;
  throw new RotationError("this rotation has made no value yet", "start the rotation again: createSecret comes first");
}
