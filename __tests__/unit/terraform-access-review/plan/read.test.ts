import { readPlan } from "../../../../packages/terraform-access-review/plan/read";
import { fixture } from "../../../fixtures/plans/fixture";
import { testAll } from "../../../support/test-all";

const plan = { ...fixture("scope-given").plan, configuration: {} };
const text = JSON.stringify(plan);

test("a Terraform plan is read, including one with a later minor version of the format", () => {
  expect(readPlan(text).resource_changes).toEqual(plan.resource_changes);
  expect(readPlan(JSON.stringify({ ...plan, format_version: "1.99", news: [] })).format_version).toBe("1.99");
});

const CHANGE = { address: "aws_x.y", type: "aws_x", change: { actions: ["no-op"] } };

testAll([
  ["an empty file", "", "got an empty file"],
  ["a file of spaces", "\uFEFF \n", "got an empty file"],
  ["a byte order mark", `\uFEFF${text}`, "got text that is not UTF-8 or starts with a byte order mark"],
  ["UTF-16 as decoded from a file", "\uFFFD\uFFFD{\0}\0", "got text that is not UTF-8 or starts with a"],
  ["a plan file itself", "PK\u0003\u0004binary", "got a binary plan file, which is not JSON"],
  ["a truncated file", text.slice(0, 1000), "got text that is not JSON from character 1000 on"],
  ["a file that ends after a colon", '{"format_version":', "got text that is not JSON from character 18 on"],
  ["a file with more text", `${text}{}`, `got text that is not JSON from character ${text.length} on`],
  ["the messages of plan -json", '{"@level":"info"}\n{"@level":"info"}\n', "got the messages of terraform plan -json"],
  ["one such message", '{"@level":"info","@message":"Terraform 1.15.5"}', "got a message of terraform plan -json"],
  ["a list", "[]", "got a list"],
  ["null", "null", "got null"],
  ["a state file", '{"version":4,"serial":7,"lineage":"x","resources":[]}', "got a state file"],
  ["a state as JSON", '{"format_version":"1.0","values":{"root_module":{}}}', "got a state (terraform show -json"],
  ["something else", '{"format_version":"1.0","valid":true}', 'got an object with "format_version", "valid"'],
  ["no version", '{"resource_changes":[]}', "got JSON without a format_version"],
  ["a later major version", '{"format_version":"2.0","resource_changes":[]}', 'got format_version "2.0"'],
  ["an older one", '{"format_version":"0.2","resource_changes":[]}', 'got format_version "0.2"'],
  ["a plan without its configuration", '{"format_version":"1.2","resource_changes":[]}', "got a plan without"],
  [
    "changes that are not a list",
    '{"format_version":"1.2","configuration":{},"resource_changes":{}}',
    "resource_changes as an object, not a list",
  ],
  [
    "a change without address",
    '{"format_version":"1.2","configuration":{},"resource_changes":[{"type":"x"}]}',
    "resource_changes[0] without its address",
  ],
  [
    "a change without actions",
    JSON.stringify({ format_version: "1.2", configuration: {}, resource_drift: [{ ...CHANGE, change: {} }] }),
    "resource_drift[0] without its actions",
  ],
  [
    "a change that is null",
    '{"format_version":"1.2","configuration":{},"resource_changes":[null]}',
    "resource_changes[0] that is null",
  ],
])("%s is refused; the error states what it is, what was expected and what to do", (_, given, got) => {
  const fault = faultOf(given);
  expect(fault).toContain(got);
  expect(fault).toContain("expected the JSON of a saved plan of Terraform (format_version 1.x)");
  expect(fault.split("\n")[1]?.trim()).not.toBe("");
});

test("a refusal does not quote the file, which may contain secrets", () => {
  expect(faultOf('{"password": hunter2}')).not.toContain("hunter");
});

function faultOf(given: string): string {
  try {
    readPlan(given);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("was read");
}
