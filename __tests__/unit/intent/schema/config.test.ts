import { formatProblem } from "../../../../intent/model/problem";
import { BASE, DEV, faults, problemsOf } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const google = (key: string, value: string) =>
  faults("", BASE.replace(new RegExp(`(google:[^]*?${key}:) [a-z0-9-]+`), `$1 ${value}`));

testAll(["eu-west-1", "us-east-1", "ap-southeast-4", "il-central-1", "mx-central-1"])(
  "%s is an AWS region",
  (region) => {
    expect(faults(`aws: { region: ${region} }`)).toEqual([]);
  },
);

testAll([
  "eu-west",
  "eu-wset-1",
  "cn-north-1",
  "us-gov-west-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eusc-de-east-1",
  "europe-west1",
])("%s is not a region of the commercial AWS partition", (region) => {
  expect(faults(`aws: { region: ${region} }`)).toEqual([
    `aws.region  got "${region}", expected a region of the commercial AWS partition`,
  ]);
});

testAll(["us-central1", "northamerica-northeast2", "asia-southeast1", "europe-west12", "me-west1"])(
  "%s is a Google region",
  (region) => {
    expect(google("region", region)).toEqual([]);
  },
);

testAll(["eu-west-1", "europe-west", "europe-wset1", "global"])("%s is not a Google region", (region) => {
  expect(google("region", region)).toEqual([`google.region  got "${region}", expected a Google Cloud region`]);
});

testAll([
  ["aws", "us-esat-1", "us-east-1"],
  ["aws", "eu-west", "eu-west-1"],
  ["google", "europe-wst1", "europe-west1"],
  ["aws", "cn-north-1", undefined],
  ["aws", "us-gov-west-1", undefined],
  ["google", "global", undefined],
] as const)("for the region of %s, %s is probably %s", (cloud, region, meant) => {
  const base = BASE.replace(
    cloud === "aws" ? /(?<=\n {2}region: )eu-west-1/ : /(?<=\n {2}region: )europe-west1/,
    region,
  );
  const [fault = ""] = problemsOf({ "base.yaml": base, "dev.yaml": DEV }).map(formatProblem);
  expect([fault.includes(` ${cloud}.region  got `), /did you mean "(.*)"\?/.exec(fault)?.[1]]).toEqual([true, meant]);
});

testAll(["shop-1", `s${"x".repeat(29)}`])("%s is a project id", (project) => {
  expect(google("project", project)).toEqual([]);
});

testAll([
  "shop1",
  "Shop-project",
  "1shop-project",
  "shop-project-",
  "shop_project",
  `s${"x".repeat(30)}`,
  "example.com:shop",
])("%s is not a project id", (project) => {
  expect(faults("", BASE.replace("shop-project", JSON.stringify(project)))).toEqual([
    `google.project  got "${project}", expected 6-30 lower-case letters, digits and inner dashes (a project id)`,
  ]);
});

testAll(["12345678901", "1234567890123", "11112222333a", "1111-2222-3333"])("%s is not an AWS account", (account) => {
  expect(faults(`aws: { account: "${account}" }`)[0]).toBe(
    `aws.account  got "${account}", expected twelve digits in quotes (an AWS account id)`,
  );
});

testAll([1, 3, 365, 3653])("CloudWatch accepts a retention of %s days", (days) => {
  expect(faults(`logs: { retentionDays: ${days} }`)).toEqual([]);
});

testAll([0, 2, 31, 3654])("CloudWatch does not accept a retention of %s", (days) => {
  expect(faults(`logs: { retentionDays: ${days} }`)).toEqual([
    expect.stringContaining(`logs.retentionDays  got ${days}, expected one of`),
  ]);
});

test("generations count from 1", () => {
  expect(faults("federation: { generation: 0 }")).toEqual(["federation.generation  got 0, expected at least 1"]);
});

testAll(["Shop", "shop_front", "-shop", "shop-", "shop--front", "1shop"])("%s is not a name", (name) => {
  expect(faults(`name: ${name}`)).toEqual([`name  got "${name}", expected lower-case words joined by dashes`]);
});

testAll(["rotation", "domain", "suppressions"])("%s is an unknown key", (key) => {
  expect(faults(`${key}: {}`)).toEqual([`${key}  got the unknown key "${key}", expected a key of the config`]);
});
