import { RotationError } from "./rotation-error";

export type Step = "createSecret" | "setSecret" | "testSecret" | "finishSecret";

/** The function's input: one step of a rotation, or the daily check of the secret's age. */
export type Task =
  | { readonly kind: "check" }
  | { readonly kind: "step"; readonly step: Step; readonly secretId: string; readonly token: string };

/** Both spellings are documented: the older one in camel case, and the newer one. */
const STEPS: Readonly<Record<string, Step>> = {
  createSecret: "createSecret",
  create_secret: "createSecret",
  setSecret: "setSecret",
  set_secret: "setSecret",
  testSecret: "testSecret",
  test_secret: "testSecret",
  finishSecret: "finishSecret",
  finish_secret: "finishSecret",
};

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html */
export function readEvent(event: unknown): Task {
  const fields = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  if (fields.check === true) return { kind: "check" };
  const { Step: name, SecretId: secretId, ClientRequestToken: token } = fields;
  const step = typeof name === "string" && Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  if (step === undefined || typeof secretId !== "string" || typeof token !== "string" || token === "") {
    throw new RotationError("the event is no step of a rotation", "let Secrets Manager alone call this function");
  }
  return { kind: "step", step, secretId, token };
}
