import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { projectError } from "../process/command-error";
import { PACKAGE, ROOT } from "../process/project";
import { withScratchFolder } from "../process/scratch-folder";
import { answeredRules, staleAnswers, verdictOn } from "./answers";
import { copyStacks } from "./copies";
import { type Finding, SCANNERS, scannerTools } from "./scanners";

const ANSWERS = join(PACKAGE, "docs", "adr", "0015-what-scanners-object-to.md");

/** `npm run scan`: findings of two maintained scanners in the synthesized stacks that have no answer yet. */
export function scan(): void {
  const tools = scannerTools();
  if ("missing" in tools) {
    console.log(`skipped: checkov and trivy, because they could not be installed: ${tools.missing}`);
    return;
  }
  withScratchFolder("scan", (folder) => {
    const stacks = copyStacks(folder);
    const answers = answeredRules(readFileSync(ANSWERS, "utf8"));
    const faults: string[] = [];
    const all: Finding[] = [];
    for (const { name, scan: findingsIn } of SCANNERS) {
      console.error(`${name}: reading ${stacks.length} stacks`);
      const findings = findingsIn(tools.folder, folder);
      const verdict = verdictOn(name, findings, stacks, answers);
      console.log(`${name}: ${verdict.answered} findings answered, ${verdict.faults.length} not`);
      faults.push(...verdict.faults);
      all.push(...findings);
    }
    faults.push(...staleAnswers(all, answers));
    if (faults.length === 0) return;
    throw projectError(`${faults.join("\n")}`, `fix the declaration, or answer the rule in ${relative(ROOT, ANSWERS)}`);
  });
}
