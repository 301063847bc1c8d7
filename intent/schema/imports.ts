import * as z from "zod";
import { BELOW, entries, explain, id, text } from "./fields";

const address = z.string().regex(/^[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+$/, {
  error: explain("a Terraform address of this environment", "write it as in aws_cognito_user_pool.customers"),
});

/** `config/imports.yaml`: by environment and Terraform address, the id of an existing resource. */
export const importsSchema = entries(
  id,
  entries(
    address,
    text(/^\S+$/, {
      description: "Id of the existing resource, in the format of the provider's documentation, section Import.",
      expected: "an id without spaces",
      example: "eu-west-1_AbCdEfGhI",
    }),
    { description: "The environment's imports.", expected: "a map from Terraform addresses to ids" },
  ),
  {
    description: "Existing resources to import, by environment and Terraform address, with the id of each.",
    expected: "a map from environments to imports",
    remedy: BELOW,
    example: { dev: { "aws_cognito_user_pool.customers": "eu-west-1_AbCdEfGhI" } },
  },
);

export type ImportsConfig = z.output<typeof importsSchema>;
