import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { MOST_CHARACTERS, markdownReport } from "../../../review/render/markdown";
import { reportOf } from "../../../review/report/report";
import { HOSTILE, modelNamed as model } from "../support/models";

/** As GitHub: HTML is passed on, addresses become links. */
const markdown = new MarkdownIt({ html: true, linkify: true });
const OPTIONS = { whole: "npm run review" };

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
const tags = (html: string) => [
  ...new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag?.toLowerCase())),
];

test.each(HOSTILE)("%j breaks out of nothing", (hostile) => {
  const [comment = ""] = markdownReport(reportOf(model(hostile)), OPTIONS);
  const html = markdown.render(comment);
  expect(tags(html).filter((tag) => !ALLOWED.includes(tag ?? ""))).toEqual([]);
  expect(html).not.toMatch(/<a |<h1|<em>.*em.*<\/em>|<del>/);
  // GitHub looks for mentions in the text that is left when entities are resolved, but not in code.
  expect(html.replace(/<(code|pre)>[\s\S]*?<\/\1>/g, "")).not.toMatch(/(^|[^\w&;])@\w|\p{Cf}\w*gnp/u);
  const rows = [...html.matchAll(/<tr>/g)].length;
  expect(rows).toBe(3); // Head, one row, one protection.
});

test("whatever a name is, the table keeps its shape", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), (name) => {
      const html = markdown.render(markdownReport(reportOf(model(name)), OPTIONS)[0] ?? "");
      expect([...html.matchAll(/<tr>/g)].length).toBe(3);
      expect(tags(html).filter((tag) => !ALLOWED.includes(tag ?? ""))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("details are dropped from the bottom, and the comment says which", () => {
  const most = 3_500;
  const report = reportOf(model("name", 10));
  const [full = "", none] = markdownReport(report, OPTIONS);
  expect([none, full.includes("<details>")]).toEqual([undefined, true]);
  const [short = ""] = markdownReport(report, { ...OPTIONS, most });
  expect(short.length).toBeLessThanOrEqual(most);
  expect(short).toContain("Left out here for GitHub's limit: IAM &#40;10&#41;. The whole report: npm run review");
  for (let index = 0; index < 10; index += 1) expect(short).toContain(`name${index} may now call GET /x`);
});

test("more access than one comment holds is several comments, and no row is lost", () => {
  const comments = markdownReport(reportOf(model("name", 2_000)), OPTIONS);
  expect(comments.length).toBeGreaterThan(1);
  for (const comment of comments) expect(comment.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  const all = comments.join("\n");
  for (let index = 0; index < 2_000; index += 1) {
    expect(all).toContain(`name${index} may now call GET /x |`);
    expect(all).toContain(`aws&#95;iam&#95;role.name${index}`);
  }
});
