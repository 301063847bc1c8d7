import { bootstrapStack } from "../../__tests__/support/bootstrap";
import { describeWhere } from "../../__tests__/support/describe-where";
import { everythingOfRest } from "../../__tests__/support/everything";
import { provisionedDev } from "../../__tests__/support/provisioned";
import { bootstrapOf } from "../../__tests__/support/shop";
import { stackOf } from "../../__tests__/support/stack";
import { synthesizedFiles } from "../../__tests__/support/synthesized";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { Chance } from "../cedar/draw";
import { type Answer, decisions, iamEvaluator, type Request } from "./evaluator";
import { FACTS } from "./facts";
import { mutantsOf } from "./mutants";
import { withOwnPolicies } from "./own-policies";
import { around, distinct, poolsOf, sample } from "./requests";
import { declared, type Statement, type Statements, stated } from "./statements";

jest.setTimeout(300_000);

const SEED = 7;
/** Random requests of each stack, in addition to those around each statement. */
const OTHERS = 1_000;

const evaluator = iamEvaluator();
const program = "program" in evaluator ? evaluator.program : "";

/** All that config can ask for: permissions that do not fit inline, and each condition. */
function fullBootstrap(): BootstrapIntent {
  const { aws, ...others } = bootstrapOf("staging");
  const watch = { alarms: true, slos: true, dashboard: true };
  const truststore = "storefront-staging-truststore";
  return { ...others, aws: { ...aws, truststore, watch, rotatesSecrets: true, keepsInstances: true } };
}

/** What `synth` writes, by stack. */
const STACKS: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  "a REST API with everything": () => filesOf().environment(everythingOfRest()),
  "an HTTP API whose functions have an alias": () => filesOf().environment(provisionedDev()),
  "own policies in other forms": withOwnPolicies,
  prod: () => synthesizedFiles("prod"),
  preview: () => synthesizedFiles("preview"),
  "bootstrap-dev": () => synthesizedFiles("bootstrap-dev"),
  "a bootstrap with everything": () => filesOf().bootstrap(fullBootstrap()),
};

function filesOf() {
  const made = require("../../cli/synthesis/synthesis") as typeof import("../../cli/synthesis/synthesis");
  return {
    environment: (intent: ReturnType<typeof everythingOfRest>) => made.environmentFiles(intent, stackOf(intent).json),
    bootstrap: (intent: BootstrapIntent) =>
      made.bootstrapFiles(intent, bootstrapStack(intent, intent.environment).json),
  };
}

/** Both sides of a stack: its documents, and its ledger. */
function sidesOf(name: string): { readonly documents: Statements; readonly ledger: Statements } {
  const { "main.tf.json": file = "", "access.md": text = "" } = STACKS[name]?.() ?? {};
  const stack = JSON.parse(file);
  return { documents: declared(stack), ledger: stated(text, stack) };
}

interface Difference {
  readonly request: Request;
  readonly documents: Answer | undefined;
  readonly ledger: Answer | undefined;
}

/** The requests on which two policies differ, the simplest first. */
function differing(requests: readonly Request[], answers: readonly (readonly Answer[])[]): readonly Difference[] {
  const size = ({ request }: Difference) =>
    1_000 * Object.keys(request.Context).length + JSON.stringify(request).length;
  return requests
    .flatMap((request, index) => {
      const [documents, ledger] = answers[index] ?? [];
      return documents?.[0] === ledger?.[0] ? [] : [{ request, documents, ledger }];
    })
    .sort((one, other) => size(one) - size(other));
}

/** Statements that iam-rs would decide in another way than AWS (ADR 0048). */
function beyondIt({ trust, other }: Statements): readonly string[] {
  const isBeyond = ({ Principal, Resource = [], NotResource = [], Condition = {} }: Statement) =>
    /"(\d{12}|arn:aws:iam::\d{12}:root)"/.test(JSON.stringify(Principal)) ||
    [...Resource, ...NotResource].some((arn) => /^arn:[^:]*:[^:]*[*?]/.test(arn)) ||
    /"Arn(Not)?Equals":\{[^}]*[*?]/.test(JSON.stringify(Condition));
  return [...trust, ...other].filter(isBeyond).map(({ Sid }) => Sid);
}

/** Statements that decide no request alone: without them, nothing would be noticed. */
function neverAlone(statements: readonly Statement[], answers: readonly (Answer | undefined)[]): readonly string[] {
  const effects = new Map(statements.map(({ Sid, Effect }) => [Sid, Effect]));
  const alone = new Set(
    answers.flatMap((answer) => {
      const [decision, matching = []] = answer ?? [];
      const deciding = matching.filter((sid) => effects.get(sid) === decision);
      return deciding.length === 1 ? deciding : [];
    }),
  );
  return [...effects.keys()].filter((sid) => !alone.has(sid));
}

describeWhere("missing" in evaluator ? evaluator.missing : undefined, "the ledger, by an evaluator of others", () => {
  test("the evaluator decides what AWS documents", () => {
    const jobs = FACTS.map(({ statements, request }) => ({ policies: [statements], requests: [request] }));
    const answers = decisions(program, jobs).map((job) => job[0]?.[0]?.[0]);
    const wrong = FACTS.filter(({ decision }, index) => answers[index] !== decision);
    expect(wrong.map(({ fact }) => fact)).toEqual([]);
  });

  test.each(Object.keys(STACKS))("%s: its ledger and its documents allow and deny the same", (name) => {
    const { documents, ledger } = sidesOf(name);
    expect([documents, ledger].flatMap(beyondIt)).toEqual([]);
    const requests = sample([documents, ledger], new Chance(SEED), OTHERS);
    for (const group of ["trust", "other"] as const) {
      const [answers = []] = decisions(program, [{ policies: [documents[group], ledger[group]], requests }]);
      const found = differing(requests, answers);
      expect(found.slice(0, 5)).toEqual([]);
      const unnoticed = [documents[group], ledger[group]].map((side, index) =>
        neverAlone(
          side,
          answers.map((each) => each[index]),
        ),
      );
      expect(unnoticed).toEqual([[], []]);
    }
  });

  test("each line that is missing, wider or narrower is noticed, and so are such documents", () => {
    const chance = new Chance(SEED);
    const tried = [
      ...mutations("a REST API with everything", "ledger", 1, chance),
      ...mutations("a REST API with everything", "documents", 0.2, chance),
      ...mutations("bootstrap-dev", "ledger", 0.03, chance),
    ];
    expect(tried.length).toBeGreaterThan(200);
    const answers = decisions(program, tried);
    const unnoticed = tried.filter(({ requests }, index) => differing(requests, answers[index] ?? []).length === 0);
    expect(unnoticed.map(({ id }) => id)).toEqual([]);
  });
});

/** Changes of one side, each with that side, the other one, and requests around the changed statement. */
function mutations(name: string, side: "documents" | "ledger", probability: number, chance: Chance) {
  const { [side]: own, [side === "documents" ? "ledger" : "documents"]: other } = sidesOf(name);
  const pools = poolsOf([own, other].flatMap(({ trust, other: rest }) => [...trust, ...rest]));
  return (["trust", "other"] as const).flatMap((group) =>
    own[group].flatMap((statement) =>
      chance.some(mutantsOf(statement), probability).flatMap(({ kind, mutant }) => {
        // A statement denies the auditors every other action, so a wider action of theirs changes nothing.
        if (kind === "a wider action" && JSON.stringify(statement.Principal).includes("-auditors")) return [];
        // The bucket denies all but its readers to read the state, and both readers may.
        if (kind === "any principal" && String(statement.Resource).endsWith(".tfstate")) return [];
        return {
          id: `${name}: ${statement.Sid}, ${kind}`,
          requests: distinct([statement, ...mutant].flatMap((each) => around(each, pools, chance))),
          policies: [other[group], own[group].flatMap((each) => (each === statement ? mutant : [each]))],
        };
      }),
    ),
  );
}
