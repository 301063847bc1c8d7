import type { DeclaredSecret } from "../../../../cli/list/declared-secret";
import { declaredSecrets, secretsText } from "../../../../cli/list/list";
import { unmountedSecrets } from "../../../../cli/synth/synth";
import type { Intent } from "../../../../intent/model/intent";
import { ADDERS, SECRET_SETTINGS, secretsDev } from "../../../support/secret-settings";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";

const nowhere = () => undefined;
const ROTATED = { clients: { "reporting-agent": { rotateEveryDays: 30 } } };
const everything = secretsDev(SECRET_SETTINGS, ROTATED);

function secret(
  name: string,
  intent: Intent = everything,
  locate: (path: readonly string[]) => string | undefined = nowhere,
) {
  const found = declaredSecrets(intent, locate).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const who = (parties: DeclaredSecret["readers"]) => parties.map((party) => party.who);

test("lists each secret of the stack once, with its cloud", () => {
  for (const intent of [everything, intentOf("prod"), intentOf("preview")]) {
    const stack = stackOf(intent);
    const declared = (type: string, attribute: string) =>
      Object.values(stack.all(type)).map((resource) => String(resource[attribute]));
    const google = declared("google_secret_manager_secret", "secret_id").filter(
      (id) => !/-envoy-configuration$/.test(id),
    );
    const listed = (cloud: string) => declaredSecrets(intent, nowhere).filter((each) => each.cloud === cloud);
    expect(listed("AWS").map(({ name }) => name)).toEqual(declared("aws_secretsmanager_secret", "name").sort());
    expect(listed("Google Cloud").map(({ name }) => name)).toEqual(google.sort());
  }
});

test("a rotated client secret needs one command and no deploy", () => {
  const { readers, changers, age, commands, afterwards } = secret("storefront-dev/clients/reporting-agent");
  expect(who(readers)).toEqual([
    "arn:aws:iam::111122223333:role/reporting",
    ...everything.aws.deployers,
    "storefront-dev-rotate-reporting-agent",
  ]);
  expect(who(changers)).toEqual(["storefront-dev-rotate-reporting-agent"]);
  expect(age).toEqual([
    "replaced every 30 days; the previous one works until the next rotation, so each is valid for at most 60 days",
  ]);
  expect(commands).toEqual([
    "aws secretsmanager rotate-secret --secret-id storefront-dev/clients/reporting-agent --region eu-west-1",
  ]);
  expect(afterwards).toMatch(/^nothing: callers read the secret again/);
});

test("a secret does not rotate while its client is disabled, and enabling the client rotates it", () => {
  const disabled = secretsDev(SECRET_SETTINGS, {
    clients: { "reporting-agent": { rotateEveryDays: 30, disabled: true } },
  });
  const found = secret("storefront-dev/clients/reporting-agent", disabled);
  expect(who(found.readers)).toEqual(["arn:aws:iam::111122223333:role/reporting", ...disabled.aws.deployers]);
  expect(who(found.changers)).toEqual(disabled.aws.deployers);
  expect(found.age).toEqual(["not rotated while the client is disabled; otherwise every 30 days"]);
  expect(found.commands).toEqual([]);
  expect(found.afterwards).toMatch(
    /rotates its secret immediately: remove clients\.reporting-agent\.disabled, then npm run deploy -- dev\./,
  );
  expect(secretsText("dev", [found])).toMatch(/^ {4}new value {3}by no command$/m);
  expect(Object.keys(stackOf(disabled).all("aws_secretsmanager_secret_rotation"))).toEqual([]);
});

test("a secret without rotation needs a new app client, which the stack has at that address", () => {
  const { age, commands, changers } = secret("storefront-dev/clients/support-desk");
  expect(age).toEqual([expect.stringMatching(/^never rotates/)]);
  const [, address = ""] = /-replace=aws_cognito_user_pool_client\.(\w+)$/.exec(commands.at(-1) ?? "") ?? [];
  expect(stackOf(everything).resource("aws_cognito_user_pool_client", address).name).toBe(
    "storefront-dev-support-desk",
  );
  expect(who(changers)).toEqual(everything.aws.deployers);
});

test("if the command bypasses the deploy's checks, revoked callers must be settled first", () => {
  const past = declaredSecrets(everything, nowhere).filter(({ commands }) =>
    commands.some((each) => / apply /.test(each)),
  );
  expect(past.map(({ declaredBy }) => declaredBy)).toEqual(["clients.support-desk"]);
  for (const { afterwards } of past) {
    expect(afterwards).toContain("that apply readmits every caller that npx front-door revoke shut out");
    expect(afterwards).toMatch(/first deploy disabled: true for those clients$/);
  }
});

test("a pinned secret names the line with its version number", () => {
  const at = (path: readonly string[]) => (path.at(-1) === "version" ? "config/dev.yaml:7" : "config/base.yaml:45");
  const { declaredAt, readers, changers, age, commands, afterwards } = secret(
    "storefront-dev-orders-database-url",
    everything,
    at,
  );
  expect(declaredAt).toBe("config/base.yaml:45");
  expect(who(readers)).toEqual(["storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com"]);
  expect(who(changers)).toEqual([...ADDERS].sort());
  expect(age).toEqual([
    "pinned: version 3",
    "Google reminds every 30 days on the topic storefront-dev-secret-rotations, but adds no version itself",
  ]);
  expect(commands).toEqual([
    "gcloud secrets versions add storefront-dev-orders-database-url --project=storefront-dev --data-file=-",
  ]);
  expect(afterwards).toBe(
    "raise services.orders.secrets.DATABASE_URL.version in config/dev.yaml:7 from 3 to the version that it prints (4 if it is the next), and deploy: npm run deploy -- dev",
  );
});

test("for the newest version, says which instances have it", () => {
  const { age, afterwards } = secret("storefront-dev-orders-payment-key");
  expect(age[0]).toBe("the newest version at the start of each instance");
  expect(afterwards).toContain("new instances have it; running instances keep the old value");
});

test("lists as many secrets without a value as a synthesis reports, each with its command and key", () => {
  for (const intent of [everything, intentOf("dev"), intentOf("staging"), intentOf("prod")]) {
    const waiting = declaredSecrets(intent, nowhere).filter(({ age }) => age[0]?.startsWith("not mounted yet"));
    const [note = "0"] = unmountedSecrets(intent);
    expect(Number.parseInt(note, 10)).toBe(waiting.length);
    for (const { commands, afterwards } of waiting) {
      expect(commands[0]).toMatch(/^gcloud secrets versions add /);
      expect(afterwards).toMatch(/services\S+ in \S+,/);
    }
  }
});

test("no command contains a value, and each of Google's reads it from standard input", () => {
  const commands = declaredSecrets(everything, nowhere).flatMap((each) => each.commands);
  for (const command of commands.filter((each) => each.startsWith("gcloud")))
    expect(command).toMatch(/ --data-file=-$/);
  expect(commands.filter((each) => /secret-string|--secret-binary|echo|printf/.test(each))).toEqual([]);
});
