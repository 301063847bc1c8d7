import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";

/** Prints the objections of two independent validators to each document on standard input, a JSON list. */
const RULES = {
  struct: "error",
  "no-unresolved-refs": "error",
  "no-identical-paths": "error",
  "no-ambiguous-paths": "off", // API Gateway prefers literals, as OpenAPI does
  "no-path-trailing-slash": "off",
  "path-declaration-must-exist": "error",
  "path-not-include-query": "error",
  "path-parameters-defined": "error",
  "operation-operationId-unique": "error",
  "operation-operationId-url-safe": "error",
  "operation-parameters-unique": "error",
  "no-server-trailing-slash": "error",
  "no-server-variables-empty-enum": "error",
  "no-undefined-server-variable": "error",
  "security-defined": "error",
  "no-unused-components": "error",
};

const config = await createConfig({ rules: RULES });
// One for all documents, because it compiles OpenAPI's schema.
const validator = new Validator();
const found = [];
for (const document of JSON.parse(await text(process.stdin))) {
  const source = JSON.stringify(document);
  const { valid, errors } = await validator.validate(structuredClone(document));
  const problems = await lintFromString({ source, config });
  found.push([
    ...(valid ? [] : [JSON.stringify(errors)]),
    ...problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`),
  ]);
}
console.log(JSON.stringify(found));

async function text(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
