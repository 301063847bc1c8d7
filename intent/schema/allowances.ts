import * as z from "zod";
import { BELOW, entries, id, keys, list, someMap, text } from "./fields";

export const allowance = keys(
  {
    rule: text(/^[a-z]+(-[a-z]+)*$/, {
      description:
        "Id of the policy rule, of the warning (known-region, maybe-credential, mutual-tls-caller, opt-in-region, own-claim, placeholder, provider-claim, rollout-instances or unused-setting), or credential.",
      expected: "the name of a rule, as its finding gives it",
      example: "no-wildcard-grant",
    }),
    address: text(/^[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+$/, {
      description:
        "Terraform address in the finding. For a warning, the address that it names, as in aws.eu-west-9. For a credential, its file and kind, as in dev.jwt.",
      expected: "a Terraform address, as the finding gives it",
      example: "aws_iam_role_policy.callers",
    }),
    reason: text(/^\S.{9,}/, {
      description: "Why the finding is acceptable here.",
      expected: "a sentence of at least ten characters",
      example: "the partner's agent has no fixed role yet; ticket 4711",
    }),
    owner: text(/^\S.*$/, {
      description: "Who is responsible for it.",
      expected: "a person or a team",
      example: "platform@example.com",
    }),
  },
  "A finding that is accepted in one environment.",
);

const expectedChange = keys(
  {
    change: text(/^\S.{5,}$/, {
      description: "Key of the change. npm run review -- --fail-on broadened,destroy,replace prints it.",
      expected: "the key of a change",
      example: "replaced google_iam_workload_identity_pool.gateway workload_identity_pool_id",
    }),
    reason: allowance.shape.reason,
    owner: allowance.shape.owner,
    expires: text(z.regexes.date, {
      description: "Last day on which it is valid, in UTC.",
      expected: "a real date in quotes, as 2026-12-31",
      example: "2026-12-31",
    }),
  },
  "A change that needs no approval.",
);

/**
 * `config/allowances.yaml`: by environment, accepted findings, which do not stop its synthesis, and expected changes.
 */
export const allowancesSchema = entries(
  id,
  list(z.union([allowance, expectedChange], someMap), {
    description: "The environment's allowances.",
    expected: "a list of allowances",
  }),
  {
    description: "Accepted findings and expected changes, by environment.",
    expected: "a map from environments to lists of allowances",
    remedy: BELOW,
    example: {
      dev: [
        {
          rule: "no-wildcard-grant",
          address: "aws_iam_role_policy.callers",
          reason: "the partner's agent has no fixed role yet",
          owner: "platform@example.com",
        },
      ],
    },
  },
);

export type AllowancesConfig = z.output<typeof allowancesSchema>;
