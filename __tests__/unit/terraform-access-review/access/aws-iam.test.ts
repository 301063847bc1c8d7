import { accessLedger } from "../../../../packages/terraform-access-review/access/ledger";
import { rowChanges } from "../../../../packages/terraform-access-review/judge/rows";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { dev } from "../../../support/config-folder";
import { inWords, rowOf } from "../../../support/ledger-words";
import { stackOf } from "../../../support/stack";

const ROLE = "arn:aws:iam::111122223333:role/nightly-export";
const ISSUER = 'issuers: { roles: { kind: aws-iam, accounts: ["111122223333"] } }\n';
const client = (scopes: string, more = "") =>
  `clients: { night: { issuer: roles, subject: "${ROLE}", scopes: [${scopes}]${more} } }\n`;

function ledger(changes: string) {
  const intent = dev(changes);
  return accessLedger(stackOf(intent).json, authorizerPolicy(intent));
}

const of = (rows: ReturnType<typeof ledger>) =>
  inWords(rows)
    .filter(({ principal }) => /^(issuer roles$|roles\/arn)/.test(principal))
    .map(({ principal, permission }) => `${principal}: ${permission}`);

test("the ledger names the issuer, and the exact ARN as a caller of its own routes only", () => {
  const rows = ledger(ISSUER + client("orders/read"));
  expect(of(rows)).toEqual([`issuer roles: issue tokens for callers`, `roles/${ROLE}: GET /orders`].sort());
  const issuer = inWords(rows).find(({ principal }) => principal === "issuer roles");
  expect(issuer?.condition).toContain("shop-dev");
});

test("a unique id is a requirement for the caller's calls: without it, or with another, its access is broader", () => {
  const pinned = (id: string) => ledger(ISSUER + client("orders/read", `, uniqueId: ${id}`));
  const [any, one, other, gone] = [
    ledger(ISSUER + client("orders/read")),
    pinned("AROAEXAMPLEEXAMPLE123"),
    pinned("AROAOTHEROTHEROTHER12"),
    ledger(ISSUER),
  ];
  const effects = (before: typeof any, after: typeof any) =>
    rowChanges(before, after, () => []).map(({ effect, before: was, after: row }) => [
      effect,
      inWords([row ?? was ?? rowOf()])[0]?.permission,
    ]);
  expect(inWords(one).find(({ principal }) => principal === `roles/${ROLE}`)?.condition).toContain(
    "unique id AROAEXAMPLEEXAMPLE123",
  );
  expect(effects(any, one)).toEqual([["narrowed", "GET /orders"]]);
  expect(effects(one, any)).toEqual([["broadened", "GET /orders"]]);
  expect(effects(one, other)).toEqual([["broadened", "GET /orders"]]);
  expect(effects(one, gone)).toEqual([["narrowed", "GET /orders"]]);
});
