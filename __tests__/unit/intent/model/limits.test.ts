import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as limits from "../../../../intent/model/limits";
import { ROOT } from "../../../support/places";
import { testAll } from "../../../support/test-all";

const source = readFileSync(join(ROOT, "intent/model/limits.ts"), "utf8");

testAll(Object.keys(limits))("%s names its source", (name) => {
  const comment = new RegExp(`/\\*\\* (.+) \\*/\\nexport const ${name}\\b`).exec(source)?.[1] ?? "";
  expect(comment).toMatch(
    /^(Google|Cloud Run|API Gateway|AWS|Amazon|OpenID|IETF|hashicorp\/aws 6\.25\.0|Open Container Initiative|The design)/,
  );
});

test("each minimum is below its maximum, and lists are sorted", () => {
  expect(limits.GOOGLE_ACCOUNT_ID_MIN).toBeLessThan(limits.GOOGLE_ACCOUNT_ID_MAX);
  expect(limits.CLOUD_RUN_MEMORY_BY_CPU.every(({ min, max }) => min < max)).toBe(true);
  expect([...limits.LOG_RETENTION_DAYS].sort((a, b) => a - b)).toEqual(limits.LOG_RETENTION_DAYS);
});
