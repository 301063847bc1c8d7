import { routeGrants } from "../../../../cli/local/ledger";

test("the committed stack of dev lets people, programs and anyone call", () => {
  const who = routeGrants("dev").map((grant) => grant.principal);
  expect(new Set(who)).toEqual(
    new Set([
      "anyone",
      "aws/arn:aws:iam::111122223333:role/nightly-export",
      "customers/reporting-agent",
      "customers/support-desk",
      "customers/web",
      "workforce/0oa1example",
    ]),
  );
});

test("an environment without a stack says how to write one", () => {
  expect(() => routeGrants("nowhere")).toThrow("npm run synth");
});
