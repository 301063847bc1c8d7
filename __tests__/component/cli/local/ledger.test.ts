import { routeGrants, routeGrantsOf } from "../../../../cli/local/ledger";
import { accessMarkdown } from "../../../../packages/terraform-access-review/access/ledger";
import fc from "../../../support/properties";

const row = (principal: string, permission: string, condition = "-") => ({
  principal,
  permission,
  resource: "service shop",
  condition,
});

test("reads rows about routes as they were written, including bars", () => {
  const rows = [row("anyone", "GET /a"), row("x/a | b", "POST /b/{id}", "c | d"), row("role a", "sts:AssumeRole")];
  expect(routeGrantsOf(accessMarkdown("dev", rows))).toEqual(rows.slice(0, 2));
});

test("reads a subject of any text as it was written", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab*_~`<>[](){}|\\\\!&#;@:/. ") }), (text) => {
      // Markdown itself drops spaces at the ends of a cell.
      const rows = [row(`x${text}x`, "GET /a", `y${text}y`)];
      expect(routeGrantsOf(accessMarkdown("dev", rows))).toEqual(rows);
    }),
    { numRuns: 500 },
  );
});

test("the committed ledger of dev has rows for people, programs and anyone", () => {
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

test("an environment without a ledger says how to write one", () => {
  expect(() => routeGrants("nowhere")).toThrow("npm run synth");
});
