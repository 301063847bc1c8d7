import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { accessLedger, accessMarkdown } from "../../review/access";
import type { SynthesizedState } from "../../review/change/state";
import { mutations, type Sources } from "../support/ledger-mutations";
import { sharedIssuerState, verifyingState } from "../support/shared-issuer";
import { BUILD, devStack } from "../support/stack";

const read = (file: string) => readFileSync(join(__dirname, "../../synthesized/dev", file), "utf8");
const sources: Sources = {
  stack: JSON.parse(read("main.tf.json")),
  policy: JSON.parse(read("authorizer-policy.json")),
};
const ledger = ({ stack, policy }: Sources) => accessLedger(stack, policy).map((row) => JSON.stringify(row));
const rows = ledger(sources);
const whoMay = (what: string) =>
  accessLedger(sources.stack, sources.policy)
    .filter(({ may }) => may === what)
    .map(({ who }) => who);

test("the policy it is computed from is the one that the functions' zip carries", () => {
  devStack();
  const zip = unzipSync(readFileSync(join(BUILD, "dev", "authorizer.zip")));
  expect(Buffer.from(zip["authorizer-policy.json"] ?? []).toString()).toBe(read("authorizer-policy.json"));
});

test("callers are named by issuer: a client, an exact subject, or the client a token names itself", () => {
  expect(whoMay("GET /orders/{id}")).toEqual([
    "aws/arn:aws:iam::111122223333:role/nightly-export",
    "customers/reporting-agent",
    "customers/support-desk",
    "customers/web",
    "workforce/0oa1example",
  ]);
});

test("a public route is open to anyone, and each principal of both clouds has its rows", () => {
  expect(whoMay("GET /products")).toEqual(["anyone"]);
  expect(whoMay("roles/run.invoker")).toEqual([
    "service account storefront-dev-accounts",
    "service account storefront-dev-catalog",
    "service account storefront-dev-orders",
  ]);
  expect(whoMay("roles/iam.serviceAccountOpenIdTokenCreator")).toHaveLength(3);
  expect(whoMay("sts:AssumeRole (trusted)")).toEqual(
    expect.arrayContaining(["lambda.amazonaws.com", "role storefront-dev-callers", "role storefront-dev-public"]),
  );
});

const all = [...mutations(sources)];

test("what is mutated below is all there is to mutate", () => {
  const kinds = new Map<string, number>();
  for (const { kind } of all) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  // Members: 3 invokers, 3 impersonations, 4 secrets. Statements: 5 roles' trust, 2 functions', 2 secrets'.
  expect(Object.fromEntries(kinds)).toMatchObject({
    "member removed": 10,
    "member loosened": 10,
    "trust statement removed": 5,
    "route without authorizer": 20,
    "sign-up opened": 1,
    "origin removed": 2,
  });
});

test.each(all.map(({ name, mutated }) => ({ name, mutated })))("$name changes a row", ({ mutated }) => {
  expect(ledger(mutated)).not.toEqual(rows);
});

describe.each<readonly [string, Sources, Readonly<Record<string, number>>]>([
  [
    "where Envoy decides",
    sharedIssuerState(sources as SynthesizedState),
    {
      "authorizer's audience removed": 4,
      "gateway's scope removed": 17,
      "Envoy's clients loosened": 3,
      "invoker check back": 3,
    },
  ],
  [
    "where the token is verified again",
    verifyingState(sources as SynthesizedState),
    { "Envoy's route removed": 3, "route made public": 16, "invoker check off": 3 },
  ],
])("%s", (_, state, most) => {
  const before = ledger(state);
  const found = [...mutations(state)];

  test("all that there is to mutate is mutated", () => {
    const counted = Object.keys(most).map((kind) => [kind, found.filter((each) => each.kind === kind).length]);
    expect(Object.fromEntries(counted)).toEqual(most);
  });

  test.each(found.map(({ name, mutated }) => ({ name, mutated })))("$name changes a row", ({ mutated }) => {
    expect(ledger(mutated)).not.toEqual(before);
  });
});

test("the table is Markdown that no value can break", () => {
  const text = accessMarkdown("dev", [{ who: "a|b", may: "c\nd", on: "e", under: "-" }]);
  expect(text).toContain("| a\\|b | c d | e | - |");
  expect(text).toContain("from `main.tf.json` alone.");
  expect(accessMarkdown("dev", accessLedger(sources.stack, sources.policy))).toContain("and `authorizer-policy.json`.");
  expect(text).toContain("grants inherited from the Google project, its folder or organisation");
});
