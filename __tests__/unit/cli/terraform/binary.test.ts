import { CommandError } from "../../../../cli/process/command-error";
import { versionOf } from "../../../../cli/terraform/binary";

const TERRAFORM = { platform: "linux_amd64", provider_selections: {}, terraform_outdated: true };
const OPENTOFU = { platform: "linux_amd64", provider_selections: {} };

/** The parsed answer, or the exit code with the first line of the error. */
function outcome(answer: unknown): string {
  try {
    return versionOf(typeof answer === "string" ? answer : JSON.stringify(answer), "tf");
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
