import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { zipSync } from "fflate";
import { ROTATION_ARCHIVE } from "../../../contract/rotation";
import { type ChangeModel, GUARDS, type GuardChange } from "../../../packages/terraform-access-review/model/change";
import { archiveHash } from "../../../stacks/aws/function-archive";
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
    const clients = base.path("config/base.yaml");
    const unrotated = readFileSync(clients, "utf8");
    const scopes = "    scopes: [orders/read, orders/export]\n";
    writeFileSync(clients, unrotated.replace(scopes, `${scopes}    rotateEveryDays: 30\n`));
    expect(base.run(["synth", "dev"]).code).toBe(0);
    for (const folder of ["cdktf.out/stacks/dev", "config", "synthesized/dev"]) {
      cpSync(base.path(folder), `${artefact}/${folder}`, { recursive: true });
    }
    writeFileSync(config, before);
    writeFileSync(clients, unrotated);
    expect(base.run(["synth", "dev"]).code).toBe(0);
  });

  /** The change model of the artefact's plan, against the deployed base branch. */
  function planned(): ChangeModel {
    expect(base.run(["deploy", "dev", "--yes"])).toMatchObject({ code: 0 });
    expect(base.run(["pipeline", "adopt", "dev", "artefact"])).toMatchObject({ code: 0, error: "" });
    const model = base.path("model.json");
    const plan = base.run(["plan", "dev", "--as-synthesized", "--format", "json", "--out", model], {
      TF_CLI_ARGS_plan: "-lock=false",
    });
    expect({ code: plan.code, error: plan.error }).toEqual({ code: 0, error: plan.error });
    return JSON.parse(readFileSync(model, "utf8"))[0];
  }

  const isOfRotation = ({ address }: GuardChange) => address.startsWith("aws_secretsmanager_secret_rotation.");

  applying("a branch's synthesis is checked and planned unchanged, and the comment shows its change model", () => {
    const { resources, access } = planned();
    const log = resources.find(({ address }) => address === "aws_cloudwatch_log_group.access");
    expect(log?.attributes).toContainEqual(expect.objectContaining({ path: "retention_in_days", after: 14 }));
    // The branch starts a rotation with the code that the base branch builds.
    expect(access.rows).toEqual([]);
    expect(access.guards.filter(isOfRotation)).toEqual([expect.objectContaining({ effect: "narrowed", after: "30" })]);
    expect(base.run(["pipeline", "changes", "dev", "model.json"]).out).toBe("changed=true\n");
    expect(base.run(["pipeline", "report", "dev", "model.json"]).out).toMatch(/^### dev/);
  });

  applying("a rotation with other code than the base branch builds counts as broader", () => {
    const archive = `${artefact}/cdktf.out/stacks/dev/${ROTATION_ARCHIVE}`;
    const former = archiveHash(readFileSync(archive));
    writeFileSync(archive, zipSync({ "index.mjs": Buffer.from("export const handler = () => undefined;") }));
    for (const file of ["cdktf.out/stacks/dev/cdk.tf.json", "synthesized/dev/main.tf.json"]) {
      const text = readFileSync(`${artefact}/${file}`, "utf8");
      writeFileSync(`${artefact}/${file}`, text.replaceAll(former, archiveHash(readFileSync(archive))));
    }
    const { access } = planned();
    expect(access.rows.filter(({ effect }) => effect === "broadened")).toHaveLength(8);
    expect(access.guards.filter(isOfRotation)).toEqual([expect.objectContaining({ guard: GUARDS.presence })]);
  });

  test("a stack that was not reviewed is not planned", () => {
    rmSync(base.path("cdktf.out"), { recursive: true });
    expect(base.run(["synth", "dev"]).code).toBe(0);
    writeFileSync(base.path("synthesized/dev/main.tf.json"), readFileSync(`${artefact}/synthesized/dev/main.tf.json`));
    const { code, error } = base.run(["plan", "dev", "--as-synthesized"]);
    expect([code, error]).toEqual([1, expect.stringContaining("do not hold the same stack")]);
  });
});
