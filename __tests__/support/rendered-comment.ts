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
/**
 * Shape of a comment, whatever the names in it are: a head and one row of conditions, lists of the outline, of access, of
 * losses, of drift and of notes, and no tags but a report's own.
 */
export const SHAPE = { rows: 2, items: 11, lists: 5, headings: 1, foreignTags: [] };

/** How many rows, items, lists and headings it has, and which of its tags no report has. */
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
