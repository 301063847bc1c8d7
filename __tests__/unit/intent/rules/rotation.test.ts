import { BASE, DEV, faults, problemsOf } from "../../../support/config-folder";

const client = (id: string, more = "rotateEveryDays: 30") =>
  `clients: { ${id}: { issuer: customers, grant: client_credentials, scopes: [orders/read], ${more} } }\n`;

test.each([1, 365])("a secret may be rotated every %d days", (days) => {
  expect(faults(client("night", `rotateEveryDays: ${days}`))).toEqual([]);
});

test.each(["0", "366", "1.5", "monthly"])("an interval of %s days is refused", (days) => {
  expect(faults(client("night", `rotateEveryDays: ${days}`))).toEqual([
    expect.stringContaining("clients.night.rotateEveryDays  got"),
  ]);
});

test("a client for people has no secret to rotate", () => {
  const web = "clients: { web: { rotateEveryDays: 30 } }";
  expect(faults(web)).toEqual([expect.stringContaining("clients.web.rotateEveryDays")]);
});

test("the function's name must fit, and the remedy states by how much it is too long", () => {
  const fits = "c".repeat(64 - "shop-dev-rotate-".length);
  expect(faults(client(fits))).toEqual([]);
  expect(faults(client(`${fits}c`, "readers: null"))).toEqual([expect.anything()]);
  const long = problemsOf({ "base.yaml": BASE, "dev.yaml": `${DEV}${client(`${fits}cc`)}` });
  expect(long.map(({ message, remedy }) => [message, remedy])).toEqual([
    [
      `got shop-dev-rotate-${fits}cc (66 characters) as the function that rotates the secret of ${fits}cc, expected at most 64 (AWS Lambda's limit for a function's name)`,
      "shorten the name, the environment or the client by 2",
    ],
  ]);
});

test("no service may have the name of a rotation's role, unless nothing is rotated", () => {
  const service = "services: { rotate-night: { image: docker.io/acme/x, routes: { GET /x: public } } }\n";
  expect(faults(service)).toEqual([]);
  expect(faults(`${service}${client("night")}`)).toEqual([
    "services.rotate-night  got the service rotate-night, expected a name that does not start with rotate- (functions that rotate secrets do)",
  ]);
});

test("alarms notify topics of their own region", () => {
  const alarms = (region: string) => `alarms: { actions: ["arn:aws:sns:${region}:111122223333:on-call"] }`;
  expect(faults(alarms("eu-west-1"))).toEqual([]);
  expect(faults(alarms("us-east-1"))).toEqual([
    "alarms.actions[0]  got arn:aws:sns:us-east-1:111122223333:on-call, expected a topic in eu-west-1 (CloudWatch notifies only topics of the alarm's region)",
  ]);
});

test.each(["arn:aws:sns:eu-west-1:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:on-call.fifo", "on-call"])(
  "%s is not a topic that an alarm can notify",
  (topic) => {
    expect(faults(`alarms: { actions: ["${topic}"] }`)).toEqual([
      expect.stringContaining("expected the exact ARN of an SNS topic"),
    ]);
  },
);
