import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../support/command";
import { ROOT } from "../../support/places";

jest.setTimeout(120_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

/** The files that docs/how-to/two-regions.md prints, by the comment in their first line. */
const PRINTED = new Map(
  [
    ...readFileSync(join(ROOT, "docs/how-to/two-regions.md"), "utf8").matchAll(
      /```yaml\n# (config\/\S+)\n([\s\S]*?)```/g,
    ),
  ].map(([, file = "", text = ""]) => [file, text] as const),
);
const patch = (file: string, change: (text: string) => string) => {
  const path = project.path(file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
};

beforeAll(() => {
  writeFileSync(project.path("config/prod-us.yaml"), PRINTED.get("config/prod-us.yaml") ?? "");
  patch("config/prod.yaml", (text) => text.replace(/zoneId: \w+/, "$&, failover: primary"));
  const entry = (PRINTED.get("config/bootstrap.yaml") ?? "").replace("environments:\n", "");
  patch("config/bootstrap.yaml", (text) => `${text.trimEnd()}\n${entry}`);
});

const stackOf = (name: string) => JSON.parse(readFileSync(project.path(`synthesized/${name}/main.tf.json`), "utf8"));
const policyOf = (name: string) => readFileSync(project.path(`synthesized/${name}/authorizer-policy.json`), "utf8");

test("the page's twin decides by its primary's policy, and creates no user pool, client or secret of a client", () => {
  const { code, error } = project.run(["synth", "prod", "prod-us", "bootstrap-prod-us"]);
  expect([code, error]).toEqual([0, ""]);
  const twin = policyOf("prod-us")
    .replaceAll("storefront-prod-us", "storefront-prod")
    .replace('"us-east-1"', '"eu-west-1"');
  const withoutUsageKeys = (text: string) => ({ ...JSON.parse(text), usageKeys: {} });
  expect(withoutUsageKeys(twin)).toEqual(withoutUsageKeys(policyOf("prod")));
  const types = Object.keys(stackOf("prod-us").resource);
  expect(types.filter((type) => /cognito|aws_secretsmanager/.test(type))).toEqual([]);
});

test("one zone has the records of both, and the primary alone has that of the certificates", () => {
  const records = ["prod", "prod-us"].map((name) => stackOf(name).resource.aws_route53_record);
  expect(records.map((each) => Object.keys(each))).toEqual([
    ["ipv4", "ipv6", "validation"],
    ["ipv4", "ipv6"],
  ]);
  expect(records.map(({ ipv4 }) => [ipv4.set_identifier, ipv4.failover_routing_policy.type, ipv4.name])).toEqual([
    ["prod", "PRIMARY", "api.shop.example.com"],
    ["prod-us", "SECONDARY", "api.shop.example.com"],
  ]);
});

test("the twin's pipeline has identities of its own names", () => {
  const { aws_iam_role, google_service_account } = stackOf("bootstrap-prod-us").resource;
  const names = [...Object.values<{ name: string }>(aws_iam_role)].map(({ name }) => name);
  const accounts = [...Object.values<{ account_id: string }>(google_service_account)].map((each) => each.account_id);
  expect([names.sort(), accounts.sort()]).toEqual([
    ["terraform-plan-prod-us", "terraform-prod-us"],
    ["terraform-plan-prod-us", "terraform-prod-us"],
  ]);
});

test("the real function admits in the twin whom its ledger names, people and programs of the primary's pool among them", () => {
  const { code, out } = project.run(["local", "prod-us", "--matrix"]);
  expect([code, out.match(/^every answer is what \S+ says$/m)?.[0]]).toEqual([
    0,
    "every answer is what synthesized/prod-us/access.md says",
  ]);
  const { cells } = JSON.parse(readFileSync(project.path(".build/matrix-prod-us.json"), "utf8"));
  const passing = new Set(
    cells.flatMap((cell: { allowed: boolean; caller: string }) => (cell.allowed ? [cell.caller] : [])),
  );
  expect([...passing]).toEqual(expect.arrayContaining(["customers/web", "customers/reporting-agent"]));
});

test("a route that a resource of one's own opens in one of the two alone is refused, though a rule allows it", () => {
  const entry =
    "rule: route-authorizer, address: aws_api_gateway_method.debug, reason: a trial of two weeks, owner: me";
  writeFileSync(project.path("config/allowances.yaml"), `prod-us: [{ ${entry} }]\n`);
  patch("main.ts", () =>
    [
      'import { frontDoor } from "cloud-front-door";',
      "export default frontDoor({ extend: (stack) => {",
      '  if (stack.environment !== "prod-us") return;',
      '  stack.addOverride("resource.aws_api_gateway_method.debug", {',
      '    rest_api_id: "${aws_api_gateway_rest_api.gateway.id}",',
      '    resource_id: "${aws_api_gateway_rest_api.gateway.root_resource_id}",',
      '    http_method: "GET", authorization: "NONE",',
      "  });",
      "} });",
      "",
    ].join("\n"),
  );
  const { code, error } = project.run(["synth", "prod", "prod-us"]);
  expect(code).toBe(1);
  expect(error).toMatch(/^prod-us: got .* may call .*, expected the same in prod$/m);
});
