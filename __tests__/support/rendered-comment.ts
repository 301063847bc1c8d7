import MarkdownIt from "markdown-it";
import { markdownReport } from "../../packages/terraform-access-review/render/markdown";
import { reportOf } from "../../packages/terraform-access-review/report/report";
import { modelNamed } from "./change-models";

/** As GitHub: HTML is passed on, addresses become links. */
const markdown = new MarkdownIt({ html: true, linkify: true });
/** What a comment is rendered with. */
export const OPTIONS = { whole: "npm run review" };

/** The comment on a change in which everything has this name, as HTML. */
export function commentOf(name: string): string {
  const [comment = ""] = markdownReport(reportOf(modelNamed(name)), OPTIONS);
  return markdown.render(comment);
}

const ALLOWED = [
  "br",
  "code",
  "details",
  "em",
  "h3",
  "li",
  "p",
  "pre",
  "strong",
  "summary",
  "table",
  "tbody",
  "td",
  "th",
  "thead",
  "tr",
  "ul",
];
/** Shape of a comment, whatever the names in it are: a head, one row and one protection, and no tags but a report's own. */
export const SHAPE = { rows: 3, foreignTags: [] };

/** How many rows its table has, and which of its tags no report has. */
export function shapeOf(html: string): { readonly rows: number; readonly foreignTags: readonly string[] } {
  const tags = [...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag = ""]) => tag.toLowerCase());
  return {
    rows: [...html.matchAll(/<tr>/g)].length,
    foreignTags: [...new Set(tags)].filter((tag) => !ALLOWED.includes(tag)),
  };
}
