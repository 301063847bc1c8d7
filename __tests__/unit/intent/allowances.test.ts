import { BASE, DEV, intentsOf, problemsOf } from "../../support/config-folder";

const ENTRY = `
  - rule: no-wildcard-grant
    address: aws_iam_role_policy.callers
    reason: the partner has no fixed role yet
    owner: platform@example.com
`;
const files = (allowances: string) => ({ "base.yaml": BASE, "dev.yaml": DEV, "allowances.yaml": allowances });
const faults = (allowances: string) =>
  problemsOf(files(allowances)).map(({ file, line, path, message }) => `${file}:${line} ${path}  ${message}`);

test("an environment has the allowances under its name, and the file may be missing", () => {
  expect(intentsOf(files(`dev:${ENTRY}`))[0]?.allowances).toEqual([
    {
      rule: "no-wildcard-grant",
      address: "aws_iam_role_policy.callers",
      reason: "the partner has no fixed role yet",
      owner: "platform@example.com",
      place: {
        file: "config/allowances.yaml",
        line: 2,
        column: 5,
        path: "dev[0]",
        reference: "docs/reference/optional-files.md#allowances",
      },
    },
  ]);
  expect(intentsOf({ "base.yaml": BASE, "dev.yaml": DEV })[0]?.allowances).toEqual([]);
});

test("an allowance for an unknown environment is an error with the nearest name", () => {
  expect(faults(`dve:${ENTRY}`)).toEqual([
    'config/allowances.yaml:1 dve  got the environment "dve", expected an environment of this folder',
  ]);
});

test.each([
  ["reason", "the partner has no fixed role yet", "because", "config/allowances.yaml:4 dev[0].reason"],
  ["owner", "platform@example.com", '""', "config/allowances.yaml:5 dev[0].owner"],
  ["address", "aws_iam_role_policy.callers", "callers", "config/allowances.yaml:3 dev[0].address"],
  ["rule", "no-wildcard-grant", "No wildcard", "config/allowances.yaml:2 dev[0].rule"],
])("an invalid %s is an error at its own line", (_, right, wrong, place) => {
  expect(faults(`dev:${ENTRY.replace(right, wrong)}`)).toEqual([expect.stringContaining(place)]);
});

test.each([
  ["2028-02-29", true],
  ["2027-02-29", false],
  ["2027-02-30", false],
  ["2027-04-31", false],
])("an expected change may last until %s: %s", (day, exists) => {
  const entry = `
  - change: replaced google_iam_workload_identity_pool.gateway
    reason: the partner moves to the new pool
    owner: platform@example.com
    expires: "${day}"
`;
  expect(faults(`dev:${entry}`)).toEqual(
    exists ? [] : [expect.stringContaining(`dev[0].expires  got "${day}", expected`)],
  );
});

test("a missing part, an unknown key and broken YAML are errors too", () => {
  expect(faults(`dev:${ENTRY.replace(/ {4}owner.*\n/, "")}`)).toEqual([
    expect.stringContaining("dev[0].owner  got nothing"),
  ]);
  expect(faults(`dev:${ENTRY}    until: tomorrow\n`)).toEqual([expect.stringContaining('the unknown key "until"')]);
  expect(faults("dev: [")).toEqual([expect.stringContaining("config/allowances.yaml:")]);
});
