import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../__tests__/support/command";
import { describeWhere } from "../../__tests__/support/describe-where";
import { Moto } from "../../__tests__/support/moto/moto";
import { E2E } from "../../__tests__/support/places";
import { pythonWithPackages } from "../../__tests__/support/python/python";
import { RunningCommand } from "../../__tests__/support/running-command";
import { applying, providers } from "../../__tests__/support/terraform-stack";
import type { E2eReport } from "../../e2e/report";
import { CONFIRMED, figures, UNTOLD } from "./support/figures";
import { ACCOUNT, PROJECT } from "./support/model";
import { Sandbox } from "./support/sandbox";

const python = pythonWithPackages();
const repository = "europe-docker.pkg.dev/acme/shop";

describeWhere("missing" in python ? python.missing : undefined, "with a bootstrap", () => {
  const project = new ProjectCopy("linked");
  let moto: Moto;
  let sandbox: Sandbox | undefined;

  beforeAll(async () => {
    moto = await Moto.start("python" in python ? python.python : "");
    sandbox = providers && new Sandbox(providers, project.folder, moto);
    await sandbox?.start();
  });
  afterAll(async () => {
    await RunningCommand.closeAll();
    await sandbox?.stop();
    moto.stop();
    project.remove();
  });

  const args = [
    ...["--only", "envoy", "--yes", "--aws-account", ACCOUNT, "--google-project", PROJECT],
    ...["--image", `${repository}/echo:1`, "--next-image", `${repository}/echo:2`],
    ...["--envoy-image", `${repository}/envoy:distroless-v1.40.0@sha256:${"7d".repeat(32)}`],
  ];

  applying(
    "a run that is killed in its bootstrap is removed by --clean, the bucket included",
    async () => {
      const running = new RunningCommand(project, args, sandbox?.variables, E2E);
      await new Promise<void>((resolve) => {
        if (sandbox !== undefined) sandbox.beforeCall = (call) => call.startsWith("terraform apply ") && resolve();
      });
      running.send("SIGKILL");
      expect(await running.ended()).toBe("SIGKILL");
      const cleaning = new RunningCommand(project, ["--clean"], sandbox?.variables, E2E);
      expect([await cleaning.ended(), cleaning.text]).toEqual([0, expect.stringContaining("nothing of it is left")]);
      expect(sandbox?.existing()).toEqual([]);
      rmSync(project.path(".e2e"), { recursive: true });
    },
    120_000,
  );

  applying(
    "the bootstrap's identity proves Envoy with the state in its bucket, and neither is left",
    async () => {
      const running = new RunningCommand(project, args, sandbox?.variables, E2E);
      const code = await running.ended();
      expect([code, code === 0 ? "" : running.text]).toEqual([0, ""]);
      const runs = project.path(".e2e");
      const [run = ""] = readdirSync(runs).filter((name) => name.startsWith("fde-"));
      const report: E2eReport = JSON.parse(readFileSync(join(runs, run, "report.json"), "utf8"));
      expect([report.identities, report.failures]).toEqual(["bootstrapped", []]);
      const ids = (kind: string) => report.findings.flatMap(({ id, verdict }) => (verdict.kind === kind ? [id] : []));
      expect(ids("confirmed")).toEqual(expect.arrayContaining(["bootstrap", ...CONFIRMED]));
      expect(ids("could not tell").filter((id) => !UNTOLD.includes(id))).toEqual([]);
      const kinds = ids("confirmed").filter((id) => /^drift-(?!repaired)/.test(id)).length;
      expect(figures("bootstrapped")).toEqual({ ...report.counts, kinds, steps: 1 });
      expect(sandbox?.existing()).toEqual([]);
      expect(sandbox?.changes).toEqual(
        expect.arrayContaining([
          "terraform apply bootstrap-envoy",
          "terraform destroy bootstrap-envoy",
          "aws s3api delete-bucket",
        ]),
      );
    },
    300_000,
  );
});
