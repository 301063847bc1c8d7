import MarkdownIt from "markdown-it";
import { markdownReport } from "../../packages/terraform-access-review/render/markdown";
import { reportOf } from "../../packages/terraform-access-review/render/report";
import { modelNamed } from "./change-models";

/** Renders like GitHub: HTML is kept, addresses become links. */
const markdown = new MarkdownIt({ html: true, linkify: true });
/** The Markdown renderer. */
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
/**
 * The shape that a comment must have regardless of the names in it: a head and one row of conditions; lists of the
 * outline, access, losses, drift and notes; and only a report's own tags.
 */
export const SHAPE = { rows: 2, items: 13, lists: 5, headings: 1, foreignTags: [] };

/** Counts rows, items, lists and headings, and collects tags that no report has. */
export function shapeOf(html: string) {
  const tags = [...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag = ""]) => tag.toLowerCase());
  return {
    rows: tags.filter((tag) => tag === "tr").length / 2,
    items: tags.filter((tag) => tag === "li").length / 2,
    lists: tags.filter((tag) => tag === "ul").length / 2,
    headings: tags.filter((tag) => tag === "h3").length / 2,
    foreignTags: [...new Set(tags)].filter((tag) => !ALLOWED.includes(tag)),
  };
}
