import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluatePolicy, type IamRequest } from "../../../../../packages/terraform-access-review/access/iam/evaluate";
import { IamPolicyError } from "../../../../../packages/terraform-access-review/access/iam/pattern";

interface Case {
  readonly name: string;
  readonly kind: "trust" | "identity";
  readonly policy: unknown;
  readonly request: IamRequest;
}

const { cases, hashOfCases } = require("../../../../support/local/aws/iam-cases.cjs") as {
  readonly cases: readonly Case[];
  readonly hashOfCases: () => string;
};
const recorded = JSON.parse(
  readFileSync(join(__dirname, "../../../../support/local/aws/iam-verdicts.json"), "utf8"),
) as {
  readonly simulator: string;
  readonly casesHash: string;
  readonly verdicts: Readonly<Record<string, string>>;
};

function ours({ kind, policy, request }: Case): string {
  try {
    return evaluatePolicy(JSON.stringify(policy), request, kind);
  } catch (error) {
    if (error instanceof IamPolicyError) return "unknown";
    throw error;
  }
}

/** Cases that the stand-in does not decide, and so refuses, whatever the simulator's verdict. */
const UNKNOWN: readonly (readonly [RegExp, string])[] = [
  [/^(Not)?IpAddress |^BinaryEquals /, "operators that no synthesized stack needs"],
  [/^ForAnyValue:\w+IfExists /, "the meaning of a missing key is not documented"],
  [/^StringEquals aws:TagKeys /, "an operator for one value, and a list in the request"],
  [/^Null aws:TagKeys "true" ← \[\]$/, "whether an empty list counts as missing is not documented"],
  [/^variable with a default ← ""$/, "whether the default replaces an empty value is not documented"],
  [/^StringEquals a\$\{[*?$]\}b /, "an escaped character that has no special meaning there"],
  [/^(Not)?Resource arn:aws:\*:role\/target$/, "fewer parts than in an ARN"],
  [/ the role in another case$/, "names are unique whatever their case, and the comparison is not documented"],
  [/ a federation$/, "no principal is federated into AWS here"],
  [/^NotPrincipal /, "AWS discourages it, and it requires every name of the caller"],
];

const judged = cases.map((each) => ({ ...each, ours: ours(each), verdict: recorded.verdicts[each.name] }));

test("the recorded verdicts are a named simulator's on the listed cases", () => {
  expect(recorded.simulator).toMatch(/^@cloud-copilot\/iam-simulate \d+\.\d+\.\d+$/);
  expect(recorded.casesHash).toBe(hashOfCases());
  expect(Object.keys(recorded.verdicts)).toEqual(cases.map(({ name }) => name));
});

test("each decision of the stand-in is the simulator's", () => {
  const known = judged.filter((each) => each.ours !== "unknown");
  expect(known.length).toBeGreaterThan(450);
  const differences = known.filter(({ ours: found, verdict }) => found !== verdict);
  expect(differences.map(({ name, ours: found, verdict }) => `${name}: ${found}, recorded ${verdict}`)).toEqual([]);
});

test("exactly the cases with a listed reason are refused as unknown", () => {
  const unknown = judged.filter((each) => each.ours === "unknown").map(({ name }) => name);
  const reasoned = judged.filter(({ name }) => UNKNOWN.some(([pattern]) => pattern.test(name)));
  expect(unknown).toEqual(reasoned.map(({ name }) => name));
  expect(unknown).toHaveLength(25);
  // Fails closed: the stand-in refuses requests that AWS would allow.
  expect(judged.filter(({ ours, verdict }) => ours === "unknown" && verdict === "allow")).toHaveLength(8);
});
