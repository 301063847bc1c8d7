import { revokedCallers } from "../../../../functions/authorizer/revoked";

test("without the variable nobody is revoked", () => {
  expect([...revokedCallers({})]).toEqual([]);
});

test("the callers that the variable names are revoked", () => {
  const names = ["customers/reporting-agent", "aws/arn:aws:iam::111122223333:role/nightly, and all"];
  expect([...revokedCallers({ REVOKED_CALLERS: JSON.stringify(names) })]).toEqual(names);
});

test.each(["", "customers/web", "{}", '"customers/web"', "[1]", "[null]", '["a"'])(
  "what cannot be read stops the function: %j",
  (text) => {
    expect(() => revokedCallers({ REVOKED_CALLERS: text })).toThrow();
  },
);
