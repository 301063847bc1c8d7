import { withNewKeys } from "../../../../cli/upgrade/upgrade";

const OLD = `# the door
gateway:
  kind: http   # today
  "alsoServe": rest # removed, so that a person must decide
services:
  orders:
    secrets:
      # rotates
      DATABASE_URL: { secret: a, "adders": ["group:a@example.com"], version: 3 }
      adders: { secret: b }
adders: not ours
`;

test("renames keys of an older release only at their own place, and changes nothing else", () => {
  const { text, renamed } = withNewKeys(OLD);
  expect(text).toBe(OLD.replace('"adders": [', "versionAdders: ["));
  expect(renamed).toEqual([{ line: 9, from: "adders", to: "versionAdders" }]);
  expect(withNewKeys(text)).toEqual({ text, renamed: [] });
});

test("an allowance of an older release names the rule by its new id", () => {
  const old = `dev:
  - { rule: federation-locks, address: aws_iam_role.federation-locks } # federation-locks
  - rule: "federation-locks"
    reason: rule
allowances:
  - rule: log-retention
  - federation-locks
`;
  const { text, renamed } = withNewKeys(old);
  expect(text).toBe(
    old.replace("rule: federation-locks", "rule: federation-trust").replace('"federation-locks"', "federation-trust"),
  );
  expect(renamed.map(({ line, to }) => [line, to])).toEqual([
    [2, "federation-trust"],
    [3, "federation-trust"],
  ]);
});

test("leaves an empty text and invalid YAML unchanged", () => {
  for (const text of ["", "# nothing\n", "services: { orders: { secrets: { KEY: { adders: [] }\n", "- adders\n"]) {
    expect(withNewKeys(text)).toEqual({ text, renamed: [] });
  }
});

test("a file with CRLF keeps it", () => {
  const crlf = (text: string) => text.replaceAll("\n", "\r\n");
  expect(withNewKeys(crlf(OLD))).toEqual({ ...withNewKeys(OLD), text: crlf(withNewKeys(OLD).text) });
});
