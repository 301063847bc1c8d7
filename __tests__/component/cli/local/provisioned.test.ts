import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { ProjectCopy } from "../../../support/command";

jest.setTimeout(120_000);

test.each(["http", "rest"] as const)("with aliases, a %s API answers each caller as the ledger says", (kind) => {
  const project = new ProjectCopy();
  try {
    const file = project.path("config/dev.yaml");
    const overlay = parseDocument(readFileSync(file, "utf8"));
    overlay.setIn(["gateway", "kind"], kind);
    overlay.setIn(["gateway", "authorizer"], overlay.createNode({ provisionedConcurrency: 2 }));
    if (kind === "rest") overlay.setIn(["aws", "ownsAccount"], true);
    writeFileSync(file, String(overlay));
    expect(project.run(["synth", "dev"])).toMatchObject({ code: 0, error: "" });
    const stack = JSON.parse(readFileSync(project.path("synthesized/dev/main.tf.json"), "utf8"));
    expect(Object.keys(stack.resource.aws_lambda_alias)).toEqual(["callers", "public"]);
    const { code, out } = project.run(["local", "dev", "--matrix"]);
    expect({ code, last: out.trim().split("\n").at(-1) }).toEqual({
      code: 0,
      last: "every answer is what synthesized/dev/access.md says",
    });
  } finally {
    project.remove();
  }
});
