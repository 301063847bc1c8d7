import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { policyText } from "../../../../stacks/aws/authorizer-functions";
import { intentOf } from "../../../support/shop";
import { BUILD, devStack, stackWithArchives } from "../../../support/stack";

function archive(): Buffer {
  stackWithArchives(intentOf("dev"), BUILD);
  return readFileSync(join(BUILD, "dev", "authorizer.zip"));
}

test("the zip contains only the bundle and its policy", () => {
  const files = unzipSync(archive());
  expect(Object.keys(files)).toEqual(["authorizer-policy.json", "index.mjs"]);
  expect(Buffer.from(files["authorizer-policy.json"] ?? []).toString()).toBe(
    policyText(authorizerPolicy(intentOf("dev"))),
  );
  expect(Buffer.from(files["index.mjs"] ?? [])).toEqual(readFileSync(join(BUILD, "authorizer.mjs")));
});

test("source_code_hash and the policy variable are those of the zip's bytes", () => {
  const stack = devStack();
  const digest = createHash("sha256").update(archive());
  const base64 = digest.copy().digest("base64");
  expect(stack.resource("aws_lambda_function", "callers").source_code_hash).toBe(base64);
  expect(stack.resource("aws_apigatewayv2_stage", "gateway").stage_variables.policy).toBe(
    digest.digest("hex").slice(0, 16),
  );
});

test("no entry is compressed or dated, because zlib versions and clocks would change its bytes", () => {
  const zip = archive();
  expect(zip.includes(readFileSync(join(BUILD, "authorizer.mjs")))).toBe(true);
  // Time and date of the first entry in the zip format's encoding: 00:00:00 on 1980-01-01.
  expect(zip.subarray(10, 14)).toEqual(Buffer.from([0, 0, 0x21, 0]));
});
