import { driftReviews } from "../../packages/terraform-access-review/formats";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import { MOST_CHARACTERS, markdownReport } from "../../packages/terraform-access-review/render/markdown";
import { GitHub } from "./github";
import { readModels } from "./models";

const MARK = "<!-- front-door drift -->";
/** Reserved for the mark, the text around the reports and their separators. */
const ROOM = 2_000;

/**
 * `pipeline drift-issue model.json…`: one issue for all environments, updated in place. Closed when all are in sync
 * again.
 */
export async function driftIssue(paths: readonly string[], { run }: { readonly run?: string }): Promise<void> {
  console.log(await updateDriftIssue(GitHub.ofJob(), paths.flatMap(readModels), run));
}

export async function updateDriftIssue(
  github: GitHub,
  models: readonly ChangeModel[],
  run = "the nightly run",
): Promise<string> {
  const drifted = models.filter(({ drift }) => drift.length > 0);
  const issues = await github.own("issues?state=open");
  const open = issues.find(({ body, pull_request }) => pull_request === undefined && body?.startsWith(MARK));
  if (drifted.length === 0) {
    if (open === undefined) return "in sync, and no drift issue is open";
    await github.ask("PATCH", `issues/${open.number}`, { state: "closed", state_reason: "completed" });
    return `in sync: closed issue ${open.number}`;
  }
  const names = drifted.map(({ environment }) => environment).join(", ");
  const post = { title: `Drift in ${names}`, body: bodyOf(drifted, run) };
  if (open === undefined) {
    const made = (await github.ask("POST", "issues", post)) as { readonly number: number };
    return `drift in ${names}: opened issue ${made.number}`;
  }
  if (open.body === post.body) return `drift in ${names}: issue ${open.number} is up to date`;
  await github.ask("PATCH", `issues/${open.number}`, post);
  return `drift in ${names}: wrote issue ${open.number}`;
}

function bodyOf(drifted: readonly ChangeModel[], run: string): string {
  const most = Math.floor((MOST_CHARACTERS - ROOM) / drifted.length);
  const reports = drifted.map((model) => {
    const parts = driftReviews(model).map(({ report }) => {
      const [first = "", ...more] = markdownReport(report, { whole: run, most: most / 2 });
      return more.length === 0 ? first : `${first}\n_More does not fit here: ${run}_\n`;
    });
    return parts.join("\n");
  });
  return [
    MARK,
    "Resources were changed outside Terraform. First comes what that opened and closed, then what the next deploy changes. " +
      "Restore the resources with a deploy, or adopt the change in `config/`.",
    "",
    ...reports,
  ].join("\n");
}
