import { BASE, DEV, otherIssuers, problemsOf } from "../../../../support/config-folder";

const lines = (files: Record<string, string>) =>
  problemsOf(files).map(({ file, path, message }) => `${file} ${path}  ${message}`);
const faults = (dev: string, prod: string, base = BASE) =>
  lines({
    "base.yaml": base,
    "dev.yaml": `${DEV}${dev}`,
    "prod.yaml": `google: { project: shop-prod, ownsProject: true }\nstate: { bucket: shop-prod }\n${otherIssuers("prod")}${prod}`,
  });

const domain = (name: string) => `gateway: { domain: { name: ${name} } }\n`;
test("two environments never use the same domain name", () => {
  expect(faults(domain("api.shop.example.com"), `# A line further down.\n${domain("api.shop.example.com")}`)).toEqual([
    "config/dev.yaml gateway.domain.name  got api.shop.example.com, which prod uses too, expected a unique name for each environment",
    "config/prod.yaml gateway.domain.name  got api.shop.example.com, which dev uses too, expected a unique name for each environment",
  ]);
});

test("a clash from the base file is reported once", () => {
  expect(faults("", "", BASE.replace("gateway:\n", "gateway:\n  domain: { name: api.shop.example.com }\n"))).toEqual([
    expect.stringContaining("config/base.yaml gateway.domain.name  got api.shop.example.com, which "),
  ]);
});

test("different names do not clash", () => {
  expect(faults(domain("dev.shop.example.com"), domain("api.shop.example.com"))).toEqual([]);
});

const owner = "aws: { ownsAccount: true }\n";
test("an account has one owner per region", () => {
  expect(faults(owner, owner)).toEqual([
    expect.stringContaining(
      "config/dev.yaml aws.ownsAccount  got true, as in prod, expected one owner of the account 111122223333",
    ),
    expect.stringContaining("config/prod.yaml aws.ownsAccount  got true, as in dev"),
  ]);
});

test.each([
  ["one owner", owner, ""],
  ["no owner, because the role is set elsewhere", "", ""],
  [
    "owners in two accounts",
    owner,
    'aws: { ownsAccount: true, account: "222233334444", deployers: ["arn:aws:iam::222233334444:role/terraform"] }\n',
  ],
  ["owners in two regions", owner, "aws: { ownsAccount: true, region: eu-central-1 }\n"],
])("%s does not clash", (_, dev, prod) => {
  expect(faults(dev, prod).filter((fault) => fault.includes("ownsAccount"))).toEqual([]);
});

const OTHER_DOMAIN = otherIssuers("other");
const local = (path: string) => `state: { bucket: null, region: null, path: ${path} }\n`;
const stateFaults = (dev: string, test: string, base = BASE) =>
  lines({
    "base.yaml": base,
    "dev.yaml": `google: { ownsProject: true }\n${dev}`,
    "test.yaml": `${OTHER_DOMAIN}${test}`,
  });

test("environments with the same bucket have separate keys", () => {
  expect(stateFaults("", "")).toEqual([]);
});

test("two environments do not share a state file, however its path is written", () => {
  expect(stateFaults(local("state/x"), local("state/y"))).toEqual([]);
  expect(stateFaults(local("state/x"), local("./state//x"))).toEqual([
    "config/dev.yaml state.path  got the state state/x, which test uses too, expected a separate state for each environment",
    "config/test.yaml state.path  got the state state/x, which dev uses too, expected a separate state for each environment",
  ]);
});

test("a path in the base file would be shared by all environments", () => {
  const base = BASE.replace("  bucket: shop-state\n  region: eu-west-1\n", "  path: shop.tfstate\n");
  expect(stateFaults("", "", base)).toEqual([
    "config/base.yaml state.path  got the state shop.tfstate, which test uses too, expected a separate state for each environment in dev",
  ]);
});
