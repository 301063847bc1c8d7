import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const OWN = "arn:aws:iam::111122223333:role";

test("deployers are required if a client has a secret", () => {
  expect(faults("aws: { deployers: null }")).toEqual([
    "aws.deployers  got nothing, expected the roles that run Terraform, because batch has a client secret",
  ]);
  expect(faults("aws: { deployers: null }\nclients: { batch: null }")).toEqual([]);
});

test("deployers that failed the schema are not also reported as missing", () => {
  expect(faults("aws: { deployers: [terraform] }")).toEqual([
    'aws.deployers[0]  got "terraform", expected the exact ARN of an IAM role (no wildcard)',
  ]);
});

testAll([
  `${OWN}/reporting`,
  `${OWN}/team/shop/reporting`,
  `${OWN}/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef`,
])("%s may be a reader", (arn) => {
  expect(faults(`clients: { batch: { readers: ["${arn}"] } }`)).toEqual([]);
});

testAll([
  "*",
  `${OWN}/*`,
  `${OWN}/report?ng`,
  "arn:aws:iam::111122223333:root",
  "arn:aws:iam::111122223333:user/me",
  "arn:aws:iam::*:role/reporting",
  "arn:aws:sts::111122223333:assumed-role/reporting/session",
  "arn:aws-cn:iam::111122223333:role/reporting",
  "reporting",
])("%s may not be a reader", (arn) => {
  expect(faults(`clients: { batch: { readers: ["${arn}"] } }`)).toEqual([
    `clients.batch.readers[0]  got "${arn}", expected the exact ARN of an IAM role (no wildcard)`,
  ]);
});

test("readers and deployers are roles of the environment's account", () => {
  const other = "arn:aws:iam::999999999999:role/reporting";
  expect(faults(`clients: { batch: { readers: ["${OWN}/x", "${other}"] } }\naws: { deployers: ["${other}"] }`)).toEqual(
    [
      `clients.batch.readers[1]  got ${other}, expected a role of the account 111122223333 (no other account can use the AWS managed key)`,
      `aws.deployers[0]  got ${other}, expected a role of the account 111122223333 (no other account can use the AWS managed key)`,
    ],
  );
});
