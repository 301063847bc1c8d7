import { revokedCallers } from "../../../functions/authorizer/revoked";

test("nobody is revoked where nothing is said", () => {
  expect([...revokedCallers({})]).toEqual([]);
});

test("whom the variable names", () => {
  const names = ["customers/reporting-agent", "aws/arn:aws:iam::111122223333:role/nightly, and all"];
  expect([...revokedCallers({ REVOKED_CALLERS: JSON.stringify(names) })]).toEqual(names);
});

test.each(["", "customers/web", "{}", '"customers/web"', "[1]", "[null]", '["a"'])(
  "what cannot be read stops the function: %j",
  (text) => {
    expect(() => revokedCallers({ REVOKED_CALLERS: text })).toThrow();
  },
);
