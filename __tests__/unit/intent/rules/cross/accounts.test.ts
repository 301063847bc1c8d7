import { BASE, DEV, otherIssuers, problemsOf } from "../../../../support/config-folder";

const owner = "aws: { ownsAccount: true }\n";
const faults = (dev: string, prod: string) =>
  problemsOf({
    "base.yaml": BASE,
    "dev.yaml": `${DEV}${dev}`,
    "prod.yaml": `google: { project: shop-prod, ownsProject: true }\nstate: { bucket: shop-prod }\n${otherIssuers("prod")}${prod}`,
  }).map(({ file, path, message }) => `${file} ${path}  ${message}`);

test("an account has one owner in a region", () => {
  expect(faults(owner, owner)).toEqual([
    expect.stringContaining(
      "config/dev.yaml aws.ownsAccount  got true, as in prod, expected one owner of the account 111122223333",
    ),
    expect.stringContaining("config/prod.yaml aws.ownsAccount  got true, as in dev"),
  ]);
});

test.each([
  ["one owner", owner, ""],
  ["none: something else set the role", "", ""],
  [
    "owners in two accounts",
    owner,
    'aws: { ownsAccount: true, account: "222233334444", deployers: ["arn:aws:iam::222233334444:role/terraform"] }\n',
  ],
  ["owners in two regions", owner, "aws: { ownsAccount: true, region: eu-central-1 }\n"],
])("%s is no clash", (_, dev, prod) => {
  expect(faults(dev, prod).filter((fault) => fault.includes("ownsAccount"))).toEqual([]);
});
