import { CommandError } from "../../../../cli/process/command-error";
import { isSupported, releaseIn } from "../../../../cli/terraform/binary";

const TERRAFORM = { platform: "linux_amd64", provider_selections: {}, terraform_outdated: true };
const OPENTOFU = { platform: "linux_amd64", provider_selections: {} };

/** The version, or the exit code with the first line of the error. */
function outcome(answer: unknown): string {
  try {
    return releaseIn(typeof answer === "string" ? answer : JSON.stringify(answer), "tf").version;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `${error.exitCode} ${error.message.split(",")[0]}`;
  }
}

test("accepts a release of either product with write-only arguments, and refuses an older one with that reason", () => {
  const versions = ["0.15.5", "1.6.3", "1.10.9", "1.11.0-beta1", "1.11.0", "1.15.5", "2.0.0"];
  const of = (answer: object) => versions.map((terraform_version) => outcome({ terraform_version, ...answer }));
  const old = (product: string) =>
    versions.slice(0, 3).map((version) => `64 ${product} ${version} at "tf" is too old: write-only arguments`);
  const taken = versions.slice(3);
  expect(of(TERRAFORM)).toEqual([...old("Terraform"), ...taken]);
  expect(of(OPENTOFU)).toEqual([...old("OpenTofu"), ...taken.map((version) => `OpenTofu ${version}`)]);
});

test("refuses an answer without a version of either product", () => {
  const answers = [
    "",
    "Terraform v1.15.5\n",
    "null",
    "[]",
    {},
    { terraform_version: 1 },
    { terraform_version: "one.two.three" },
  ];
  expect(answers.map(outcome).filter((each) => !each.startsWith("64 tf version -json: got "))).toEqual([]);
});

test("names the day on which the support of a minor release ends, and none for a release without a known day", () => {
  const ends = (terraform_version: string, of: object) =>
    releaseIn(JSON.stringify({ terraform_version, ...of }), "tf").supportEnds;
  expect(["1.11.0", "1.11.14", "1.12.0-rc1", "1.99.0"].map((version) => ends(version, OPENTOFU))).toEqual([
    "2026-08-01",
    "2026-08-01",
    "2027-02-01",
    undefined,
  ]);
  expect(["1.11.4", "1.13.0", "1.99.0", "11.1.0"].map((version) => ends(version, TERRAFORM))).toEqual([
    "2025-08-20",
    "2026-04-29",
    undefined,
    undefined,
  ]);
});

test("a release is supported until the day on which its support ends, in UTC", () => {
  const supportEnds = "2026-08-01";
  expect(isSupported({ supportEnds }, new Date("2026-07-31T23:59:59Z"))).toBe(true);
  expect(isSupported({ supportEnds }, new Date("2026-08-01T00:00:00Z"))).toBe(false);
  expect(isSupported({ supportEnds: undefined }, new Date("2036-01-01"))).toBe(true);
});
