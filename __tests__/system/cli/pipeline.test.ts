import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { applying, describeTerraform } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

describeTerraform("the pipeline", () => {
  /** The base branch's checkout, with a branch's synthesis next to it. */
  const base = new DeployedProject();
  const artefact = base.path("artefact");
  afterAll(() => base.remove());

  beforeAll(() => {
    const config = base.path("config/dev.yaml");
    const before = readFileSync(config, "utf8");
    writeFileSync(config, before.replace("retentionDays: 7", "retentionDays: 14"));
    expect(base.run(["synth", "dev"]).code).toBe(0);
    for (const folder of ["cdktf.out/stacks/dev", "config", "synthesized/dev"]) {
      cpSync(base.path(folder), `${artefact}/${folder}`, { recursive: true });
    }
    writeFileSync(config, before);
    expect(base.run(["synth", "dev"]).code).toBe(0);
  });

  applying("a branch's synthesis is checked and planned unchanged, and the comment shows its change model", () => {
    expect(base.run(["pipeline", "adopt", "dev", "artefact"])).toMatchObject({ code: 0, error: "" });
    const model = base.path("model.json");
    const plan = base.run(["plan", "dev", "--as-synthesized", "--format", "json", "--out", model], {
      TF_CLI_ARGS_plan: "-lock=false",
    });
    expect({ code: plan.code, error: plan.error }).toEqual({ code: 0, error: plan.error });
    const planned = JSON.parse(readFileSync(model, "utf8"));
    const log = planned[0].resources.find(
      ({ address }: { address: string }) => address === "aws_cloudwatch_log_group.access",
    );
    expect(log.attributes).toContainEqual(expect.objectContaining({ path: "retention_in_days", after: 14 }));
    expect(base.run(["pipeline", "changes", "dev", "model.json"]).out).toBe("changed=true\n");
    expect(base.run(["pipeline", "report", "dev", "model.json"]).out).toMatch(/^### dev/);
  });

  test("a stack that was not reviewed is not planned", () => {
    rmSync(base.path("cdktf.out"), { recursive: true });
    expect(base.run(["synth", "dev"]).code).toBe(0);
    writeFileSync(base.path("synthesized/dev/main.tf.json"), readFileSync(`${artefact}/synthesized/dev/main.tf.json`));
    const { code, error } = base.run(["plan", "dev", "--as-synthesized"]);
    expect([code, error]).toEqual([1, expect.stringContaining("do not hold the same stack")]);
  });
});
