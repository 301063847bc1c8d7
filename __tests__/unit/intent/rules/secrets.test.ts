import { BASE, dev, faults, problemsOf, shownFaults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

test("two services cannot share a secret", () => {
  expect(faults("services: { catalog: { secrets: { URL: { secret: orders-database-url } } } }")).toEqual([
    "services.orders.secrets.DATABASE_URL.secret  got the secret orders-database-url, which services.catalog.secrets.URL reads too, expected one reader for each secret",
    "services.catalog.secrets.URL.secret  got the secret orders-database-url, which services.orders.secrets.DATABASE_URL reads too, expected one reader for each secret",
  ]);
});

test("two variables of a service cannot share a secret", () => {
  expect(faults("services: { orders: { secrets: { OLD_URL: { secret: orders-database-url, version: 2 } } } }")).toEqual(
    [
      "services.orders.secrets.DATABASE_URL.secret  got the secret orders-database-url, which services.orders.secrets.OLD_URL reads too, expected one reader for each secret",
      "services.orders.secrets.OLD_URL.secret  got the secret orders-database-url, which services.orders.secrets.DATABASE_URL reads too, expected one reader for each secret",
    ],
  );
});

test("a secret's id with its prefix must fit Secret Manager's limit", () => {
  const secret = (length: number) =>
    faults(`services: { orders: { secrets: { KEY: { secret: ${"s".repeat(length)} } } } }`);
  expect(secret(255 - "shop-dev-".length)).toEqual([]);
  expect(secret(256 - "shop-dev-".length)).toEqual([
    "services.orders.secrets.KEY.secret  got 256 characters with its prefix, expected at most 255 (Secret Manager's limit)",
  ]);
});

testAll(["orders-envoy-configuration", "partner-envoy-configuration", "envoy-configuration"])(
  "%s is readable by a pipeline, so it cannot be a secret's id",
  (id) => {
    const [shown, ...others] = shownFaults(`services: { orders: { secrets: { X: { secret: ${id} } } } }`);
    expect(others).toEqual([]);
    expect(shown).toContain(
      `services.orders.secrets.X.secret  got "${id}", expected an id that does not end in -envoy-configuration`,
    );
    expect(shown).toContain("rename the secret");
  },
);

testAll(["envoy-configuration-key", "orders-envoyconfiguration"])("%s is a secret's id", (id) => {
  expect(faults(`services: { orders: { secrets: { X: { secret: ${id} } } } }`)).toEqual([]);
});

testAll(["Orders", "orders url", "orders_url", "-x", "é"])("%s is not a secret's id", (id) => {
  expect(faults(`services: { orders: { secrets: { KEY: { secret: "${id}" } } } }`)).toEqual([
    `services.orders.secrets.KEY.secret  got "${id}", expected lower-case words joined by dashes (a secret id)`,
  ]);
});

testAll(["newest", "0", "-1", "1.5", '"3"', "{}"])("%s is not a version", (version) => {
  expect(faults(`services: { orders: { secrets: { KEY: { secret: key, version: ${version} } } } }`)).toEqual([
    expect.stringMatching(
      /^services\.orders\.secrets\.KEY\.version {2}got .*, expected (at least 1|a whole number from 1, or latest)$/,
    ),
  ]);
});

const key = (settings: string) => `services: { orders: { secrets: { KEY: { secret: key, ${settings} } } } }`;
const KEY = "services.orders.secrets.KEY";

test("latest is a version, unless requireDigest also requires pinned secrets", () => {
  expect(faults(key("version: latest"))).toEqual([]);
  const digests = BASE.replaceAll(/:1\.0\.0/g, `@sha256:${"0".repeat(64)}`);
  expect(faults(`requireDigest: true\n${key("version: 4")}`, digests)).toEqual([]);
  expect(faults(`requireDigest: true\n${key("version: latest")}`, digests)).toEqual([
    `${KEY}.version  got latest, expected a version number (requireDigest is on): a new instance would otherwise use a value that was not reviewed`,
  ]);
});

testAll(["automatic", "[europe-west4]", "[europe-west4, europe-west1]"])("%s is a place for a secret", (replicas) => {
  expect(faults(key(`replicas: ${replicas}`))).toEqual([]);
});

testAll([
  ["eu", `replicas  got "eu", expected automatic, or a list of regions`],
  ["{}", "replicas  got a map, expected automatic, or a list of regions"],
  ["[]", "replicas  got an empty list, expected at least one entry"],
  ["[global]", 'replicas[0]  got "global", expected a Google Cloud region'],
  ["[europe-west1, europe-west1]", 'replicas[1]  got "europe-west1", expected each entry once'],
])("%s is not a place for a secret", (replicas, fault) => {
  expect(faults(key(`replicas: ${replicas}`))).toEqual([`${KEY}.${fault}`]);
});

testAll(["serviceAccount:ci@acme.iam.gserviceaccount.com", "group:platform@example.com", "user:ann@example.com"])(
  "%s may add versions",
  (adder) => {
    expect(faults(key(`versionAdders: ["${adder}"]`))).toEqual([]);
  },
);

testAll([
  "allUsers",
  "domain:example.com",
  "ann@example.com",
  "user:Ann@example.com",
  "user:*@example.com",
  "user:a b@x.com",
])("%s is not one exact principal", (adder) => {
  expect(faults(key(`versionAdders: ["${adder}"]`))).toEqual([
    `${KEY}.versionAdders[0]  got "${adder}", expected serviceAccount:, group: or user: and an address in lower case (an exact principal)`,
  ]);
});

test("a principal that adds versions must not be a reader or an auditor", () => {
  const reader = "serviceAccount:shop-dev-orders-rt@shop-project.iam.gserviceaccount.com";
  expect(faults(key(`versionAdders: ["${reader}"]`))).toEqual([
    `${KEY}.versionAdders[0]  got ${reader}, which is also the account that reads it, expected a principal that adds versions and cannot read them`,
  ]);
  const audited = "auditors: { googleGroups: [audit@example.com] }\n";
  expect(faults(`${audited}${key('versionAdders: ["user:ann@example.com", "group:audit@example.com"]')}`)).toEqual([
    `${KEY}.versionAdders[1]  got group:audit@example.com, which is also one of auditors.googleGroups, expected a principal that adds versions and cannot read them`,
  ]);
});

test("a reminder needs the project's number", () => {
  const number = 'google: { ownsProject: true, projectNumber: "123456789012" }\n';
  const asked = (changes: string) =>
    problemsOf({ "base.yaml": BASE, "dev.yaml": changes }).map(({ path, message }) => `${path}  ${message}`);
  expect(asked(`${number}${key("rotateEveryDays: 30")}`)).toEqual([]);
  expect(faults(key("rotateEveryDays: 30"))).toEqual([
    `google.projectNumber  got nothing, expected the project's number, because ${KEY}.rotateEveryDays is set: service-NUMBER@gcp-sa-secretmanager.iam.gserviceaccount.com sends the reminders`,
  ]);
  expect(asked(`${number.replace('"123456789012"', '"one"')}${key("rotateEveryDays: 30")}`)).toEqual([
    'google.projectNumber  got "one", expected digits in quotes (a project number)',
  ]);
});

testAll([
  ["0", "at least 1"],
  ["366", "at most 365"],
  ["30d", "a whole number from 1 to 365"],
])("rotateEveryDays: %s is refused", (days, expected) => {
  const found = faults(key(`rotateEveryDays: ${days}`)).filter((each) => each.startsWith(`${KEY}.`));
  expect(found).toEqual([expect.stringContaining(expected)]);
});

test("the grant to a secret's adders and another secret cannot have the same Terraform name", () => {
  const others = (versionAdders: string) =>
    faults(`services: { orders: { secrets: { A: { secret: a${versionAdders} }, B: { secret: a-adders } } } }`);
  expect(others("")).toEqual([]);
  expect(others(', versionAdders: ["user:ann@example.com"]')).toEqual([
    "services.orders.secrets.B.secret  got a-adders, whose Terraform address is that of the grant to services.orders.secrets.A.versionAdders, expected another id",
  ]);
});

test("the intent sorts unordered lists and leaves out unset keys", () => {
  const settings =
    'replicas: [europe-west4, europe-west1], versionAdders: ["user:b@x.com", "group:a@x.com"], version: latest';
  const [, orders] = dev(key(settings)).services;
  expect(orders?.secrets).toEqual([
    { variable: "DATABASE_URL", id: "orders-database-url", secretId: "shop-dev-orders-database-url", version: 3 },
    {
      variable: "KEY",
      id: "key",
      secretId: "shop-dev-key",
      version: "latest",
      replicas: ["europe-west1", "europe-west4"],
      versionAdders: ["group:a@x.com", "user:b@x.com"],
    },
  ]);
});
