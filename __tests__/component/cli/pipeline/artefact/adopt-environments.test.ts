import { intents } from "../../../../support/shop";
import { BaseBranch } from "./support/base-branch";

const environments = intents().map(({ environment }) => environment);

const base = new BaseBranch(...environments);
const stackOf = (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`;

test("there is an environment of each kind and handshake", () => {
  expect(environments).toEqual(["dev", "preview", "prod", "staging"]);
});

test.each(environments)("the program's own output for %s may be planned", (environment) => {
  expect(base.adopt(environment)).toEqual({ code: 0, error: "" });
  expect(base.has(stackOf(environment))).toBe(true);
});

const RECORD = "${tolist(aws_acm_certificate.gateway.domain_validation_options).0.resource_record_name}";

test.each([
  ["reads a file in the place of a certificate's record", '${tolist([file(\\"/proc/self/environ\\")]).0}'],
  ["takes the record of a certificate elsewhere", RECORD.replace("gateway", "other")],
  ["takes of it what a path says", RECORD.replace(".0.resource_record_name", "[path.cwd]")],
  ["compares it", RECORD.replace("}", ' == \\"x\\" && path.cwd == \\"y\\"}')],
  ["makes something else of it", RECORD.replace("tolist", "templatefile")],
])("a stack like prod's that %s may not be planned", (_, expression) => {
  const { ARCHIVE, stackFaults } =
    require("../../../../../cli/pipeline/artefact/stack-faults") as typeof import("../../../../../cli/pipeline/artefact/stack-faults");
  const text = base.read(stackOf("prod"));
  expect(text).toContain(RECORD);
  const [honest, spoilt] = [text, text.replace(RECORD, () => expression)].map((each) => JSON.parse(each));
  const hashes = { [ARCHIVE]: honest.resource.aws_lambda_function.callers.source_code_hash };
  const isRefused = (stack: unknown) =>
    stackFaults(stack, honest, hashes).some((fault) => fault.includes("resource.aws_route53_record."));
  expect([isRefused(honest), isRefused(spoilt)]).toEqual([false, true]);
});

test("its upload is refused, and nothing is written", () => {
  base.edit(stackOf("prod"), RECORD, RECORD.replace("gateway", "other"));
  const { code, error } = base.adopt("prod");
  expect([code, error]).toEqual([1, expect.stringContaining("resource.aws_route53_record.")]);
  expect(base.has(stackOf("prod"))).toBe(false);
});
