import type { HttpsCall } from "../authorizer/request/https-call";
import { AwsApi } from "./rotation/aws-api";
import { CognitoSecrets } from "./rotation/cognito";
import { readEvent, type Task } from "./rotation/event";
import { RotationError, TRIED_AGAIN } from "./rotation/rotation-error";
import { SecretsManager } from "./rotation/secrets-manager";
import { type Environment, readSettings, type Settings } from "./rotation/settings";
import { TokenEndpoint } from "./rotation/token-endpoint";
import { type Rotation, STEPS } from "./steps";

export interface HandlerProps {
  readonly environment: Environment;
  readonly call: HttpsCall;
  readonly write: (line: string) => void;
  readonly pause: (milliseconds: number) => Promise<void>;
}

const DAY_MILLISECONDS = 86_400_000;

/**
 * Called by Secrets Manager once for each step, and once a day to log the secret's age. Every error is logged before it
 * is thrown.
 */
export function rotationHandler(props: HandlerProps): (event: unknown) => Promise<void> {
  return async (event) => {
    const { environment, write } = props;
    let task: Task | undefined;
    try {
      task = readEvent(event);
      const settings = readSettings(environment);
      const parts = partsOf(props, settings);
      if (task.kind === "check") await writeAge(parts.secrets, settings, write);
      else await step(task, parts, props);
    } catch (error) {
      const { reason, remedy } = error instanceof RotationError ? error : new RotationError("internal", TRIED_AGAIN);
      const named = task?.kind === "step" ? { step: task.step, version: task.token } : {};
      write(logText({ level: "ERROR", event: "rotation", client: environment.CLIENT, ...named, reason, remedy }));
      throw new Error(`${task?.kind === "step" ? task.step : "rotate-client-secret"}: ${reason}; ${remedy}`);
    }
  };
}

async function step(
  { step: name, secretId, token }: Extract<Task, { kind: "step" }>,
  parts: Parts,
  { write, pause }: HandlerProps,
): Promise<void> {
  const { settings, secrets } = parts;
  if (secretId !== settings.secretArn) {
    throw new RotationError("the event is about another secret", "give each secret a rotation function of its own");
  }
  const labels = await secrets.labels();
  const own = labels.get(token) ?? [];
  const isCurrent = own.includes("AWSCURRENT");
  if (!isCurrent && !own.includes("AWSPENDING")) {
    throw new RotationError("the token is of no pending version of the secret", "start the rotation again");
  }
  const outcome = isCurrent ? "current already" : await STEPS[name]({ ...parts, token, labels, pause });
  write(logText({ level: "INFO", event: "rotation", client: settings.client, step: name, version: token, outcome }));
  // Reports the new age immediately, for the alarm on it.
  if (name === "finishSecret") await writeAge(secrets, settings, write);
}

async function writeAge(secrets: SecretsManager, { client }: Settings, write: (line: string) => void): Promise<void> {
  const { createdAt } = await secrets.current();
  const ageDays = Math.round(((Date.now() - createdAt) / DAY_MILLISECONDS) * 100) / 100;
  write(logText({ level: "INFO", event: "secret-age", client, ageDays }));
}

type Parts = Omit<Rotation, "labels" | "pause" | "token">;

function partsOf({ environment, call, pause }: HandlerProps, settings: Settings): Parts {
  const common = { region: settings.region, call, pause, environment };
  const secretsManager = new AwsApi({ ...common, service: "secretsmanager", target: "secretsmanager" });
  const cognito = new AwsApi({ ...common, service: "cognito-idp", target: "AWSCognitoIdentityProviderService" });
  return {
    settings,
    secrets: new SecretsManager(secretsManager, settings.secretArn),
    cognito: new CognitoSecrets(cognito, settings),
    endpoint: new TokenEndpoint(call, settings),
  };
}

/** Names every field that it writes, so that no value added elsewhere reaches the log. */
interface LogLine {
  readonly level: "INFO" | "ERROR";
  /** `secret-age` is what the metric filter of the log group looks for (stacks/aws/identity/client-rotation.ts). */
  readonly event: "rotation" | "secret-age";
  readonly client: string | undefined;
  readonly step?: string;
  /** Id of the new version; not a secret. */
  readonly version?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly remedy?: string;
  /** Age of AWSCURRENT, in days. */
  readonly ageDays?: number;
}

/** Lambda forwards lines that are JSON with `timestamp` and `level`. */
export function logText(line: LogLine): string {
  const { level, event, client, step, version, outcome, reason, remedy, ageDays } = line;
  const timestamp = new Date().toISOString();
  return `${JSON.stringify({ timestamp, level, event, client, step, version, outcome, reason, remedy, ageDays })}\n`;
}
