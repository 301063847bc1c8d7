import { changesNothing } from "../../packages/terraform-access-review/judge/fail-on";
import { changeHash } from "../../packages/terraform-access-review/judge/hash";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import { mermaid } from "../../packages/terraform-access-review/render/diagram";
import { MOST_CHARACTERS, markdownReport } from "../../packages/terraform-access-review/render/markdown";
import { reportOf } from "../../packages/terraform-access-review/render/report";
import { usageError } from "../process/command-error";
import { jobUrls, type UrlOf } from "../process/place-urls";
import { GitHub } from "./github";
import { readModel } from "./models";

/** Options of the command. Its help describes each of them. */
export interface CommentOptions {
  readonly pull: string;
  readonly whole?: string;
}

/** GitHub accepts a megabyte for a step's summary. This limit is in characters, some of which have several bytes. */
const MOST_OF_A_SUMMARY = 500_000;
/** Reserved for the mark and the line below a report. */
const ROOM = 500;

/**
 * `pipeline comment dev model.json --pull 7`: one comment for the environment, updated in place. None if nothing
 * changes.
 */
export async function comment(environment: string, path: string, { pull, whole }: CommentOptions): Promise<void> {
  if (!/^[1-9]\d*$/.test(pull)) {
    throw usageError(`--pull ${pull}: expected the number of a pull request`);
  }
  const done = await stick(
    GitHub.ofJob(),
    pull,
    environment,
    commentsOf(readModel(path, environment), whole, jobUrls()),
  );
  console.log(`${environment}: ${done}`);
}

/** `pipeline report dev model.json`: the whole report for a job's summary, which may be longer than a comment. */
export function report(environment: string, path: string): void {
  const model = readModel(path, environment);
  const diagram = mermaid(model);
  const parts = markdownReport(reportOf(model), { whole: "npm run plan", diagram, most: MOST_OF_A_SUMMARY });
  process.stdout.write(`${[...parts, hashLine(model)].join("\n")}\n`);
}

/** The comments for a change: one, or several if access and losses alone do not fit in one. None if nothing changes. */
export function commentsOf(
  model: ChangeModel,
  whole = "the run of this check",
  urlOf: UrlOf = () => undefined,
): readonly string[] {
  if (changesNothing(model)) return [];
  const ledger = `synthesized/${model.environment}/access.md`;
  const url = urlOf(ledger);
  const options = {
    whole,
    diagram: mermaid(model),
    most: MOST_CHARACTERS - ROOM,
    ...(url !== undefined && { ledger: { text: ledger, url } }),
  };
  const comments = markdownReport(reportOf(model), options);
  return comments.map((text, index) => (index === comments.length - 1 ? `${text}\n${hashLine(model)}\n` : text));
}

/**
 * A short hash of the change. Two plans of the same change have the same one, so people can see whether a deploy makes
 * the change that they read on the pull request.
 */
function hashLine({ hash, ...model }: ChangeModel & { readonly hash?: string }): string {
  const digits = (hash ?? changeHash(model)).replace(/^sha256:/, "").slice(0, 12);
  return `_Change ${digits}: the deploy shows the same number if nothing else has changed._`;
}

/** Makes a workflow's comments on an environment equal to these, touching as few as possible. */
async function stick(github: GitHub, pull: string, environment: string, comments: readonly string[]): Promise<string> {
  const mark = `<!-- front-door plan ${environment} -->`;
  const wanted = comments.map((text) => `${mark}\n${text}`);
  const there = (await github.own(`issues/${pull}/comments`)).filter(({ body }) => body?.startsWith(`${mark}\n`));
  let touched = 0;
  for (const [index, body] of wanted.entries()) {
    const old = there[index];
    if (old?.body === body) continue;
    if (old === undefined) await github.ask("POST", `issues/${pull}/comments`, { body });
    else await github.ask("PATCH", `issues/comments/${old.id}`, { body });
    touched += 1;
  }
  const surplus = there.slice(wanted.length);
  for (const { id } of surplus) await github.ask("DELETE", `issues/comments/${id}`);
  return `${wanted.length} comments, ${touched} written, ${surplus.length} removed`;
}
