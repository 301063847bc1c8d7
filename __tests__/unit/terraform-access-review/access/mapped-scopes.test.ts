import { accessLedger } from "../../../../packages/terraform-access-review/access/ledger";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { inWords } from "../../../support/ledger-words";
import { synthesizedState } from "../../../support/synthesized";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

const own = synthesizedState("dev");

/** The state with a changed issuer whose tokens grant scopes. */
function having(change: (issuer: Json) => unknown): typeof own {
  const policy: Json = structuredClone(own.policy);
  change(policy.issuers.find(({ grants }: Json) => grants === "token"));
  return { ...own, policy };
}
const effects = (from: typeof own, to: typeof own) =>
  new Set(changeOfStacks("dev", from, to).access.rows.map(({ effect }) => effect));
const mapped = (scopeValues: object) => having((issuer) => Object.assign(issuer, { scopeValues }));

const ONE = mapped({ Reader: ["orders/read"] });
const MORE = mapped({ Reader: ["orders/read", "orders/support"] });

test("the ledger shows which values of an issuer grant which scopes", () => {
  const row = inWords(accessLedger(MORE.stack, MORE.policy)).find(({ condition }) => condition.includes("Reader"));
  expect(row?.condition).toContain("scopes from its scp claim (Reader grants orders/read and orders/support)");
});

test.each<[string, typeof own, typeof own]>([
  ["a scope more for a value", ONE, MORE],
  ["a value more", ONE, mapped({ Reader: ["orders/read"], Guest: ["orders/read"] })],
  ["a claim more", own, having((issuer) => Object.assign(issuer, { scopeClaim: ["scp", "groups"] }))],
  ["a client more", own, having(({ clients }) => clients.push({ id: "app", client: "0oa2", scopes: ["orders/read"] }))],
  [
    "another client under a name",
    having(({ clients }) => clients.push({ id: "app", client: "0oa2", scopes: ["orders/read"] })),
    having(({ clients }) => clients.push({ id: "app", client: "0oa3", scopes: ["orders/read"] })),
  ],
])("%s is broader", (_, from, to) => {
  expect(effects(from, to)).toContain("broadened");
});

test("a scope less for a value is narrower", () => {
  expect(effects(MORE, ONE)).toEqual(new Set(["narrowed"]));
});
