import { dev, faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const OWN = "arn:aws:iam::111122223333:role";
const OTHER = "arn:aws:iam::444455556666:role/audit/reader";

test("roles of any account and Google groups, each alone or both", () => {
  expect(faults(`auditors: { awsRoles: ["${OWN}/audit", "${OTHER}"] }`)).toEqual([]);
  expect(faults("auditors: { googleGroups: [auditors@example.com] }")).toEqual([]);
  expect(faults(`auditors: { awsRoles: ["${OTHER}"], googleGroups: [auditors@example.com] }`)).toEqual([]);
});

test("the lists are sorted, and one may be empty", () => {
  expect(dev(`auditors: { awsRoles: ["${OTHER}", "${OWN}/audit"] }`).auditors).toEqual({
    awsRoles: [`${OWN}/audit`, OTHER],
    googleGroups: [],
  });
  expect(dev("auditors: { googleGroups: [b@example.com, a@example.com] }").auditors).toEqual({
    awsRoles: [],
    googleGroups: ["a@example.com", "b@example.com"],
  });
  expect(dev()).not.toHaveProperty("auditors");
});

test("at least one auditor is required", () => {
  expect(faults("auditors: {}")).toEqual([
    "auditors  got neither awsRoles nor googleGroups, expected at least one of them",
  ]);
  expect(faults("auditors: { awsRoles: [] }")).toEqual([expect.stringContaining("at least one entry")]);
  expect(faults("auditors: { people: [x] }")).toEqual([
    expect.stringContaining('auditors.people  got the unknown key "people"'),
  ]);
});

testAll([`${OWN}/*`, "arn:aws:iam::444455556666:root", "arn:aws:iam::444455556666:user/ann", "*"])(
  "%s is not a role",
  (arn) => {
    expect(faults(`auditors: { awsRoles: ["${arn}"] }`)).toEqual([
      `auditors.awsRoles[0]  got "${arn}", expected the exact ARN of an IAM role (no wildcard)`,
    ]);
  },
);

testAll(["allUsers", "group:auditors@example.com", "Auditors@example.com", "*@example.com", "example.com"])(
  "%s is not a group",
  (group) => {
    expect(faults(`auditors: { googleGroups: ["${group}"] }`)).toEqual([
      `auditors.googleGroups[0]  got "${group}", expected the address of a Google group in lower case`,
    ]);
  },
);

testAll([
  [`${OWN}/terraform`, "", "one of aws.deployers"],
  [`${OWN}/batch`, `clients: { batch: { readers: ["${OWN}/batch"] } }`, "a reader of batch's secret"],
  [
    `${OWN}/nightly`,
    `clients: { nightly: { issuer: partner, subject: "${OWN}/nightly", scopes: [orders/read] } }`,
    "the client nightly",
  ],
  [
    `${OWN}/nightly`,
    `clients: { nightly: { issuer: partner, claims: { sub: "${OWN}/nightly", ref: main }, scopes: [orders/read] } }`,
    "the client nightly",
  ],
  [`${OWN}/shop-dev-callers`, "", "a role of this stack"],
  [`${OWN}/shop-dev-orders`, "", "a role of this stack"],
  [`${OWN}/shop-dev-auditors`, "", "a role of this stack"],
  [`${OWN}/shop-dev-rotate-batch`, "", "a role of this stack"],
])("%s, which has another role in config, cannot be an auditor", (arn, more, part) => {
  expect(faults(`auditors: { awsRoles: ["${OTHER}", "${arn}"] }\n${more}`)).toEqual([
    `auditors.awsRoles[1]  got ${arn}, which is also ${part}, expected a role with no other access in this environment`,
  ]);
});

test("auditors' ARNs must fit into one trust policy", () => {
  const roles = (count: number) =>
    Array.from({ length: count }, (_, index) => `"arn:aws:iam::444455556666:role/${String(index).padStart(30, "a")}"`);
  expect(faults(`auditors: { awsRoles: [${roles(29)}] }`)).toEqual([]);
  expect(faults(`auditors: { awsRoles: [${roles(30)}] }`)).toEqual([
    "auditors.awsRoles  got a trust policy of 2060 characters, expected at most 2048 (IAM's limit for a role's trust policy)",
  ]);
});

test("Google keeps logs for at most 3650 days", () => {
  const kept = (auditors: string) => faults(`logs: { retentionDays: 3653 }\nauditors: { ${auditors} }`);
  expect(kept(`awsRoles: ["${OTHER}"]`)).toEqual([]);
  expect(kept("googleGroups: [auditors@example.com]")).toEqual([
    "logs.retentionDays  got 3653 with auditors.googleGroups, expected at most 3650 (Cloud Logging's limit)",
  ]);
});
