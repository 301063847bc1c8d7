import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { workflowFiles } from "../../../cli/workflows/workflows";
import { ROOT } from "../../support/places";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const PAGE = read("docs/how-to/ci.md");
const [, FOLDER] = /npx front-door export dev --to (\S+)/.exec(PAGE) ?? [];
/** The release that the generated workflows install. */
const [, RELEASE] = /terraform_version: (\S+)/.exec(Object.values(workflowFiles([])).join("\n")) ?? [];

test("Atlantis plans the exported folder once it is approved, when any file that Terraform reads has changed", () => {
  const { version, projects } = parse(read("examples/runners/atlantis.yaml"));
  expect([version, projects.length]).toEqual([3, 1]);
  expect(projects[0]).toMatchObject({
    ...{ dir: FOLDER, terraform_version: `v${RELEASE}` },
    autoplan: { when_modified: ["*.tf.json", "assets/**", ".terraform.lock.hcl"] },
    ...{ plan_requirements: ["approved"], apply_requirements: ["approved", "mergeable", "undiverged"] },
  });
});

test("Spacelift plans the exported folder", () => {
  const { version, stacks } = parse(read("examples/runners/spacelift.yml"));
  expect([version, stacks]).toEqual(["2", { "storefront-dev": { project_root: FOLDER, terraform_version: RELEASE } }]);
});
