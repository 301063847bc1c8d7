"use strict";
/** Which unit tests run together: by group, the folders and, if not all, which of their files. */
const besides =
  (...folders) =>
  (file) =>
    !folders.some((folder) => file.startsWith(`${folder}/`));

module.exports = {
  cli: { folders: ["cli"] },
  "functions-authorizer": { folders: ["functions/authorizer"] },
  "functions-rotate-client-secret": { folders: ["functions/rotate-client-secret"] },
  intent: { folders: ["intent"], belongs: besides("intent/rules", "intent/schema") },
  "intent-rules": { folders: ["intent/rules"] },
  "intent-schema": { folders: ["intent/schema"] },
  "local-front-door": { folders: ["local-front-door"], belongs: besides("local-front-door/gateway") },
  "local-front-door-gateway": { folders: ["local-front-door/gateway"] },
  others: { folders: ["bench", "contract", "docs", "e2e", "examples", "harness", "scripts"] },
  review: {
    folders: ["terraform-access-review"],
    belongs: besides("terraform-access-review/access", "terraform-access-review/judge"),
  },
  "review-access": { folders: ["terraform-access-review/access"] },
  "review-judge": { folders: ["terraform-access-review/judge"] },
  settings: { folders: ["settings"] },
  stacks: { folders: ["stacks"], belongs: besides("stacks/aws", "stacks/google", "stacks/policy") },
  "stacks-aws": { folders: ["stacks/aws"] },
  "stacks-google": { folders: ["stacks/google"] },
  "stacks-policy": { folders: ["stacks/policy"] },
};
