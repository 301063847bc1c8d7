import { BASE, otherIssuers, problemsOf } from "../../../../support/config-folder";

/** Two environments in one AWS account and one Google project, `ab-c` named `x` and `c` named `x-ab`: one prefix. */
const faults = (first: string, second: string, names = ["c", "ab-c"]) =>
  problemsOf({
    "base.yaml": BASE,
    [`${names[0]}.yaml`]: `google: { ownsProject: true }\n${first}`,
    [`${names[1]}.yaml`]: second,
  }).map(({ file, path, message }) => `${file} ${path}  ${message}`);

const OTHER_DOMAIN = otherIssuers("other");
const OTHER_ACCOUNT = 'aws: { account: "444455556666", deployers: ["arn:aws:iam::444455556666:role/terraform"] }\n';
const OTHER_PROJECT = "google: { project: other-project, ownsProject: true }\n";

test("environments may share an account and a project", () => {
  expect(faults("", OTHER_DOMAIN, ["dev", "test"])).toEqual([]);
});

test("roles are unique in an AWS account, whatever the region", () => {
  const found = faults("name: x-ab\n", `name: x\n${OTHER_DOMAIN}${OTHER_PROJECT}aws: { region: us-east-1 }\n`);
  expect(found).toContain(
    "config/c.yaml name  got x-ab-c-callers for an authorizer function's role of c, expected a name that an authorizer function's role of ab-c does not have (unique in the AWS account 111122223333)",
  );
  expect(found).toContain(
    "config/base.yaml services.orders  got x-ab-c-orders for the role of service orders of ab-c, expected a name that the role of service orders of c does not have (unique in the AWS account 111122223333) in ab-c",
  );
  expect(found.every((fault) => fault.includes("AWS account"))).toBe(true);
});

test("a service's role cannot have the name of another environment's function role", () => {
  const service = "services: { b-public: { image: docker.io/acme/x, routes: { GET /x: public } } }\n";
  const found = faults(`name: xy\n${service}`, `name: xy\n${OTHER_DOMAIN}${OTHER_PROJECT}`, ["a", "a-b"]);
  expect(found).toEqual([
    "config/a-b.yaml name  got xy-a-b-public for an authorizer function's role of a-b, expected a name that the role of service b-public of a does not have (unique in the AWS account 111122223333)",
    "config/a.yaml services.b-public  got xy-a-b-public for the role of service b-public of a, expected a name that an authorizer function's role of a-b does not have (unique in the AWS account 111122223333)",
  ]);
});

test("a service's role cannot have the name of another environment's auditors' role", () => {
  const service = "services: { b-auditors: { image: docker.io/acme/x, routes: { GET /x: public } } }\n";
  const other = (auditors: string) =>
    faults(`name: xy\n${service}`, `name: xy\n${OTHER_DOMAIN}${OTHER_PROJECT}${auditors}`, ["a", "a-b"]);
  expect(other("")).toEqual([]);
  expect(other("auditors: { googleGroups: [auditors@example.com] }\n")).toEqual([]);
  expect(other('auditors: { awsRoles: ["arn:aws:iam::444455556666:role/audit"] }\n')).toEqual([
    "config/a-b.yaml auditors  got xy-a-b-auditors for the auditors' role of a-b, expected a name that the role of service b-auditors of a does not have (unique in the AWS account 111122223333)",
    "config/a.yaml services.b-auditors  got xy-a-b-auditors for the role of service b-auditors of a, expected a name that the auditors' role of a-b does not have (unique in the AWS account 111122223333)",
  ]);
});

test("accounts, secrets and pools are unique in a Google project", () => {
  const found = faults("name: x-ab\n", `name: x\n${OTHER_DOMAIN}${OTHER_ACCOUNT}`);
  const spaces = new Set(found.map((fault) => /unique in (.*?)\)/.exec(fault)?.[1]));
  expect([...spaces].sort()).toEqual([
    "the secrets of the Google project shop-project",
    "the service accounts of the Google project shop-project",
    "the workload identity pools of the Google project shop-project",
  ]);
});

test("different accounts and projects may use the same names", () => {
  expect(faults("name: x-ab\n", `name: x\n${OTHER_DOMAIN}${OTHER_ACCOUNT}${OTHER_PROJECT}`)).toEqual([]);
});

test("invalid accounts, projects and names cause no clashes", () => {
  expect(
    faults("name: x-ab\naws: { account: a }\n", `name: x\n${OTHER_DOMAIN}${OTHER_PROJECT}aws: { account: a }\n`),
  ).toEqual([
    expect.stringContaining("config/ab-c.yaml aws.account"),
    expect.stringContaining("config/c.yaml aws.account"),
  ]);
  expect(faults("name: X\n", `name: X\n${OTHER_DOMAIN}`)).toHaveLength(2);
});

test("a sign-in domain is unique in its region, across accounts", () => {
  const others = OTHER_DOMAIN.replace("domainPrefix: other", "domainPrefix: shop-dev");
  const other = `${OTHER_ACCOUNT}${OTHER_PROJECT}${others}`;
  expect(faults("", other, ["dev", "test"])).toEqual([
    "config/base.yaml issuers.customers.domainPrefix  got shop-dev for the issuer customers of dev, expected a name that the issuer customers of test does not have (unique in the Cognito domains of eu-west-1) in dev",
    "config/test.yaml issuers.customers.domainPrefix  got shop-dev for the issuer customers of test, expected a name that the issuer customers of dev does not have (unique in the Cognito domains of eu-west-1)",
  ]);
  expect(faults("", other.replace("account:", "region: us-east-1, account:"), ["dev", "test"])).toEqual([]);
});

test("two issuers of one environment need different domains", () => {
  const found = faults("issuers: { staff: { kind: cognito, domainPrefix: shop-dev } }\n", OTHER_DOMAIN, [
    "dev",
    "test",
  ]);
  expect(found).toEqual([
    "config/base.yaml issuers.customers.domainPrefix  got shop-dev for the issuer customers of dev, expected a name that the issuer staff of dev does not have (unique in the Cognito domains of eu-west-1) in dev",
    "config/dev.yaml issuers.staff.domainPrefix  got shop-dev for the issuer staff of dev, expected a name that the issuer customers of dev does not have (unique in the Cognito domains of eu-west-1)",
  ]);
});
