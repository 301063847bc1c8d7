import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { policyDocument, type Statement } from "../../../../stacks/aws/policy-document";
import { violations } from "../../../support/policy";
import { rotatedIntent } from "../../../support/rotation";
import { secretsDev } from "../../../support/secret-settings";
import { testAll } from "../../../support/test-all";

const BINDING = "google_secret_manager_secret_iam_binding.orders_database_url";
const POLICY = "aws_secretsmanager_secret_policy.reporting_agent";

test("a second reader, or one that is not its service's runtime account, stops the synthesis", () => {
  const rt = "${google_service_account.orders_rt.member}";
  for (const members of [
    [rt, "${google_service_account.catalog_rt.member}"],
    ["${google_service_account.catalog_rt.member}"],
    ["${google_service_account.orders.member}"],
    ["${google_service_account.orders_rt.email}"],
    [],
  ]) {
    expect(violations((find) => Object.assign(find(BINDING), { members: members }))).toEqual([
      expect.stringContaining(
        `google_secret_manager_secret.orders_database_url: is read by ${members.join(", ") || "no principal"}: expected ` +
          "only its service's runtime account, storefront-dev-orders-rt",
      ),
    ]);
  }
});

test("a secret that belongs to no service in config must have no reader", () => {
  const secret = "google_secret_manager_secret.orders_database_url";
  expect(violations((find) => find(secret).addOverride("secret_id", "storefront-dev-other"))).toEqual([
    expect.stringContaining(`${secret}: belongs to no service in config`),
  ]);
});

test("only the service behind Envoy reads Envoy's configuration", () => {
  const secret = "google_secret_manager_secret.orders_database_url";
  const named = (service: string) =>
    violations((find) => find(secret).addOverride("secret_id", `storefront-dev-${service}-envoy-configuration`));
  expect(named("orders")).toEqual([]);
  expect(named("catalog")).toEqual([expect.stringContaining(`${secret}: is read by`)]);
});

const ADDERS_BINDING = "google_secret_manager_secret_iam_binding.orders_database_url_adders";
const SECRET = "google_secret_manager_secret.orders_database_url";
const changed = (change: Parameters<typeof violations>[0]) => violations(change, secretsDev());

test("exact principals may add versions in addition to the one reader", () => {
  expect(changed(() => {})).toEqual([]);
});

testAll([
  "allUsers",
  "domain:example.com",
  "user:*@example.com",
  "principalSet://iam.googleapis.com/x/*",
  "${google_service_account.orders_rt.member}",
  "${google_service_account.catalog_rt.member}",
  "serviceAccount:storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com",
  "serviceAccount:storefront-dev-accounts-rt@storefront-dev.iam.gserviceaccount.com",
])("%s may not", (member) => {
  expect(changed((find) => Object.assign(find(ADDERS_BINDING), { members: [member] }))).toContainEqual(
    expect.stringContaining(`${SECRET}: may be changed by ${member}`),
  );
});

testAll(["roles/secretmanager.secretVersionManager", "roles/secretmanager.admin"])(
  "%s, which grants more than adding versions, stops the synthesis",
  (role) => {
    expect(changed((find) => Object.assign(find(ADDERS_BINDING), { role }))).toEqual([
      expect.stringContaining(`${ADDERS_BINDING}: grants ${role}: expected`),
    ]);
  },
);

test("adders with the reader's role count as readers", () => {
  expect(
    changed((find) => Object.assign(find(ADDERS_BINDING), { role: "roles/secretmanager.secretAccessor" })),
  ).toEqual([expect.stringContaining(`${SECRET}: is read by`)]);
});

type Denial = Record<string, unknown>;

/** The policy of reporting-agent's secret, with these statements instead of the program's. */
const put = (statements: object[]) =>
  violations((find) => find(POLICY).addOverride("policy", policyDocument(...(statements as unknown as Statement[]))));
const READERS = ["reporting", "terraform", "terraform-plan"].map((name) => `arn:aws:iam::111122223333:role/${name}`);
const DENY = {
  Effect: "Deny",
  Principal: "*",
  Action: "secretsmanager:GetSecretValue",
  Resource: "${aws_secretsmanager_secret.reporting_agent.arn}",
  Condition: { ArnNotEquals: { "aws:PrincipalArn": READERS } },
};
const exempt = (condition: object) => (deny: Denial) => [{ ...deny, Condition: condition }];

test("a client's secret passes if it denies all principals that config does not name", () => {
  expect(put([DENY])).toEqual([]);
  expect(put([{ Sid: "Closed", ...DENY }])).toEqual([]);
});

testAll<[string, (deny: Denial) => object[]]>([
  ["no denial", () => []],
  ["a denial to one principal", (deny) => [{ ...deny, Principal: { AWS: ["x"] } }]],
  ["a denial of something else", (deny) => [{ ...deny, Action: "secretsmanager:PutSecretValue" }]],
  ["a denial of another secret", (deny) => [{ ...deny, Resource: "${aws_secretsmanager_secret.support_desk.arn}" }]],
  ["a denial without exceptions", (deny) => [{ ...deny, Condition: undefined }]],
  ["a denial with a wildcard exception", exempt({ ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::1:role/*"] } })],
  [
    "a denial that exempts a principal that is not in config",
    exempt({ ArnNotEquals: { "aws:PrincipalArn": [...READERS, "arn:aws:iam::111122223333:role/x"] } }),
  ],
  [
    "a denial only to principals of another account",
    exempt({ ...DENY.Condition, StringNotEquals: { "aws:PrincipalAccount": "111122223333" } }),
  ],
  [
    "a denial only in one region",
    exempt({ ArnNotEquals: { ...DENY.Condition.ArnNotEquals, "aws:RequestedRegion": "eu-west-1" } }),
  ],
  ["a denial by patterns", exempt({ ArnNotLike: { "aws:PrincipalArn": READERS } })],
])("%s in the policy of a client's secret stops the synthesis", (_, change) => {
  expect(put(change(DENY))).toEqual([
    expect.stringContaining("aws_secretsmanager_secret.reporting_agent: does not deny reading to every principal"),
  ]);
});

test("a second policy of a client's secret, which could replace the first, stops the synthesis", () => {
  const message = "aws_secretsmanager_secret.reporting_agent: does not have exactly one resource policy";
  const policy = policyDocument(DENY as unknown as Statement);
  const second = (secretArn: string) =>
    violations((_, stack) => {
      new SecretsmanagerSecretPolicy(stack, "second", { secretArn, policy });
    });
  expect(second("${aws_secretsmanager_secret.reporting_agent.arn}")).toEqual([expect.stringContaining(message)]);
  expect(second("arn:aws:secretsmanager:eu-west-1:111122223333:secret:x")).toEqual([
    expect.stringContaining("aws_secretsmanager_secret_policy.second: is the policy of arn:aws:secretsmanager"),
  ]);
  expect(violations((find) => find("aws_secretsmanager_secret.reporting_agent").addOverride("policy", policy))).toEqual(
    [expect.stringContaining(message)],
  );
});

test("a secret that belongs to no client stops the synthesis", () => {
  const secret = "aws_secretsmanager_secret.reporting_agent";
  expect(violations((find) => find(secret).addOverride("name", "storefront-dev/clients/other"))).toEqual([
    expect.stringContaining(`${secret}: belongs to no client in config`),
  ]);
});

test("the rotation role of a rotated client's secret may read it", () => {
  expect(violations(() => {}, rotatedIntent())).toEqual([]);
});
