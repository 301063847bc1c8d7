import type { MachineClient } from "../../intent/model/client-intent";
import type { Intent } from "../../intent/model/intent";
import { rotationFunction } from "../../intent/model/names";
import type { DeclaredSecret, Locate } from "./declared-secret";

/**
 * The secret of a `client_credentials` client. Cognito creates it, and AWS Secrets Manager provides it to its readers.
 */
export function clientSecret(intent: Intent, client: MachineClient, locate: Locate): DeclaredSecret {
  const { prefix, aws } = intent;
  const every = client.rotateEveryDays;
  // Nothing rotates while the client is disabled, because the stack has no function for it.
  const rotates = every !== undefined && !client.disabled;
  const readers = client.readers.map((who) => ({ who, as: "readers" }));
  const deployers = aws.deployers.map((who) => ({ who, as: "aws.deployers" }));
  const rotation = { who: rotationFunction(prefix, client.id), as: "its rotation function" };
  return {
    cloud: "AWS",
    name: client.secretName,
    declaredBy: `clients.${client.key}`,
    declaredAt: locate(["clients", client.key]),
    readers: [...readers, ...deployers, ...(rotates ? [rotation] : [])],
    changers: rotates ? [rotation] : deployers,
    ...change(intent, client),
  };
}

type Change = Pick<DeclaredSecret, "age" | "commands" | "afterwards">;

function change(intent: Intent, client: MachineClient): Change {
  const every = client.rotateEveryDays;
  if (every === undefined) return replaced(intent, client);
  return client.disabled ? resting(intent, client, every) : rotated(intent, client, every);
}

function resting({ environment }: Intent, { key }: MachineClient, every: number): Change {
  return {
    age: [`not rotated while the client is disabled; otherwise every ${every} days`],
    commands: [],
    afterwards:
      `enabling the client rotates its secret immediately: remove clients.${key}.disabled, then npm run deploy -- ${environment}. ` +
      "The current secret works until the rotation after that. If it leaked, rotate again when the first rotation is done",
  };
}

function rotated({ aws }: Intent, { secretName }: MachineClient, every: number): Change {
  return {
    age: [
      `replaced every ${every} days; the previous one works until the next rotation, so each is valid for at most ${2 * every} days`,
    ],
    commands: [`aws secretsmanager rotate-secret --secret-id ${secretName} --region ${aws.region}`],
    afterwards:
      "nothing: callers read the secret again when a call is refused. " +
      "If the old secret leaked, rotate again afterwards: only the second rotation invalidates it",
  };
}

function replaced({ environment }: Intent, { key }: MachineClient): Change {
  const address = `aws_cognito_user_pool_client.${key.replaceAll("-", "_")}`;
  return {
    age: ["never rotates: as old as the app client; rotateEveryDays changes that"],
    commands: [
      `npx cdktf plan ${environment}`,
      `terraform -chdir=cdktf.out/stacks/${environment} apply -replace=${address}`,
    ],
    afterwards:
      "nothing more: that was the deploy. The client has a new id too, and the old id no longer works: " +
      "callers must read the secret again immediately. " +
      "Before you start: that apply readmits every caller that npm run revoke shut out, without the check of npm run deploy; " +
      "first deploy disabled: true for those clients",
  };
}
