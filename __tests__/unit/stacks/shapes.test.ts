import { join } from "node:path";
import { loadIntents } from "../../../intent/load";
import { formatProblem } from "../../../intent/model/problem";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { envoyPolicy } from "../../../stacks/envoy-policy";
import { ledgerInWords } from "../../support/ledger-words";
import { ROOT } from "../../support/places";
import { violations } from "../../support/policy";
import { intents } from "../../support/shop";
import { stackOf } from "../../support/stack";

/** Configs of other teams, each with a different structure than the shop's. */
const SHAPES = ["okta-alone", "shared-issuer", "rest-everything"];

/**
 * Functions of time, random values and files that Terraform evaluates during a plan. `timestamp()`, `uuid()` and
 * `bcrypt()` are evaluated at apply, and unknown before.
 */
function movingFunctions(json: unknown): readonly string[] {
  return [...JSON.stringify(json).matchAll(/\b(plantimestamp|file\w*|templatefile)\(/g)].map(([call]) => call);
}

test.each(intents())(
  "the shop's $environment holds no function whose value differs from one plan to the next",
  (intent) => {
    expect(movingFunctions(stackOf(intent).json)).toEqual([]);
  },
);

describe.each(SHAPES)("the config %s", (shape) => {
  const loaded = loadIntents(join(ROOT, "__tests__", "fixtures", shape, "config"));
  const [intent] = loaded.ok ? loaded.intents : [];

  test("has no problem", () => {
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([]);
  });

  test("holds no function whose value differs from one plan to the next", () => {
    if (intent === undefined) throw new Error("no intent");
    expect(movingFunctions(stackOf(intent).json)).toEqual([]);
  });

  test("gives a stack that breaks no policy rule, and that the ledger reads completely", () => {
    if (intent === undefined) throw new Error("no intent");
    expect(violations(() => {}, intent)).toEqual([]);
    const policy = intent.handshake === "federated" ? JSON.parse(JSON.stringify(authorizerPolicy(intent))) : undefined;
    const rows = ledgerInWords(stackOf(intent).json, policy, envoyPolicy(intent));
    expect(rows.filter(({ principal }) => principal === "NOT READ")).toEqual([]);
    const routes = intent.services.flatMap((service) => service.routes.map(({ key }) => key));
    expect(routes.filter((key) => !rows.some(({ permission }) => permission === key))).toEqual([]);
  });
});
