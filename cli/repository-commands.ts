import type { Command } from "commander";
import { later } from "./process/commands";

/** Commands that only this program's own repository needs. The published package has none of them. */
export function addRepositoryCommands(program: Command): void {
  program
    .command("lint-workflows")
    .description("lint .github/workflows with actionlint and zizmor")
    .argument("[tool...]", "tools (default: both)")
    .action(later(async () => (await import("./lint-workflows/lint-workflows")).lintWorkflows));
  program
    .command("scan")
    .description("scan the synthesized stacks with checkov and trivy; ADR 0015 lists the accepted findings")
    .action(later(async () => (await import("./scan/scan")).scan));
  program
    .command("check")
    .description("run everything that CI runs")
    .action(later(async () => (await import("./check/check")).check));
}
