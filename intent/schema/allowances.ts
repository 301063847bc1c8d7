import type { z } from "zod";
import { entries, id, keys, list, text } from "./fields";

const allowance = keys(
  {
    rule: text(/^[a-z]+(-[a-z]+)*$/, {
      description: "Rule of stacks/policy/ that the finding breaks.",
      expected: "the name of a rule, as its finding gives it",
      example: "no-wildcard-grant",
    }),
    address: text(/^[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+$/, {
      description: "Terraform address of the declaration at fault.",
      expected: "a Terraform address, as the finding gives it",
      example: "aws_iam_role_policy.callers",
    }),
    reason: text(/^\S.{9,}/, {
      description: "Why the finding is right here: what a reviewer must know.",
      expected: "a sentence of at least ten characters",
      example: "the partner's agent has no fixed role yet; ticket 4711",
    }),
    owner: text(/^\S.*$/, {
      description: "Who answers for it.",
      expected: "a person or a team",
      example: "platform@example.com",
    }),
  },
  "One finding that one environment lives with.",
);

/** `config/allowances.yaml`: by environment, the findings that do not stop its synthesis. */
export const allowancesSchema = entries(
  id,
  list(allowance, { description: "The environment's allowances.", expected: "a list of allowances" }),
  { description: "Allowances by environment.", expected: "a map from environments to lists of allowances" },
);

export type AllowancesConfig = z.output<typeof allowancesSchema>;
