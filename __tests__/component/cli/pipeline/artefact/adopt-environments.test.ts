import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATHS } from "../../../../../cli/pipeline/artefact/stack-faults";
import { ProjectCopy } from "../../../../support/command";
import { intents } from "../../../../support/shop";

const environments = intents().map(({ environment }) => environment);

/** The base branch's checkout, and the upload of a job without any token for the same commit. */
const base = new ProjectCopy();
const artefact = base.path("artefact");
afterAll(() => base.remove());

beforeAll(() => {
  for (const environment of environments) {
    expect(base.run(["synth", environment])).toEqual(expect.objectContaining({ code: 0 }));
    for (const folder of [`cdktf.out/stacks/${environment}`, "config", `synthesized/${environment}`]) {
      cpSync(base.path(folder), join(artefact, folder), { recursive: true });
    }
  }
}, 120_000);
beforeEach(() => rmSync(base.path("cdktf.out"), { recursive: true, force: true }));

test("there is an environment of each kind and handshake", () => {
  expect(environments).toEqual(["dev", "preview", "prod", "staging"]);
});

test.each(environments)("the program's own output for %s may be planned", (environment) => {
  const { code, error } = base.run(["pipeline", "adopt", environment, "artefact"]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(existsSync(base.path(PATHS.stack(environment)))).toBe(true);
});

const RECORD = "${tolist(aws_acm_certificate.gateway.domain_validation_options).0.resource_record_name}";

test.each([
  ["reads a file in the place of a certificate's record", '${tolist([file(\\"/proc/self/environ\\")]).0}'],
  ["takes the record of a certificate elsewhere", RECORD.replace("gateway", "other")],
  ["takes of it what a path says", RECORD.replace(".0.resource_record_name", "[path.cwd]")],
  ["compares it", RECORD.replace("}", ' == \\"x\\" && path.cwd == \\"y\\"}')],
  ["makes something else of it", RECORD.replace("tolist", "templatefile")],
])("a stack like prod's that %s may not be planned", (_, expression) => {
  const file = join(artefact, PATHS.stack("prod"));
  const honest = readFileSync(file, "utf8");
  expect(honest).toContain(RECORD);
  writeFileSync(
    file,
    honest.replace(RECORD, () => expression),
  );
  const { code, error } = base.run(["pipeline", "adopt", "prod", "artefact"]);
  writeFileSync(file, honest);
  expect([code, error]).toEqual([1, expect.stringContaining("resource.aws_route53_record.")]);
  expect(existsSync(base.path(PATHS.stack("prod")))).toBe(false);
});
