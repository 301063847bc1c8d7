import fc from "fast-check";
import MarkdownIt from "markdown-it";
import type { ChangeModel } from "../../../review/change/model";
import { MOST_CHARACTERS, markdownReport } from "../../../review/render/markdown";
import { reportOf } from "../../../review/report/report";

/** As GitHub: HTML is passed on, addresses become links. */
const markdown = new MarkdownIt({ html: true, linkify: true });
const OPTIONS = { whole: "npm run review" };

function model(name: string, count = 1): ChangeModel {
  const attributes = [{ path: name, kind: "changed", before: name, after: `${name}x` }] as const;
  const change = (index: number) => ({
    address: `aws_iam_role.${name}${index}`,
    type: "aws_iam_role",
    forcedBy: [name],
    attributes,
  });
  return {
    version: 1,
    environment: name,
    source: "synthesized",
    access: {
      rows: Array.from({ length: count }, (_, index) => ({
        effect: "broadened" as const,
        after: { who: `${name}${index}`, may: "GET /x", on: name, under: name },
      })),
      guards: [{ effect: "broadened", address: name, guard: name, before: name, after: name }],
    },
    resources: Array.from({ length: count }, (_, index) => ({
      ...change(index),
      action: "replaced" as const,
      loss: name,
    })),
    unchanged: 3,
    drift: [{ ...change(0), action: "drifted" }],
    notes: [name],
  };
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
const tags = (html: string) => [
  ...new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag?.toLowerCase())),
];

test.each([
  "<script>alert(1)</script>",
  "</pre><img src=x onerror=alert(1)>",
  "| a | b |\n|---|---|",
  "`` ` ``` ",
  "[click](javascript:alert(1)) ![x](https://x.example/y.png)",
  "</details># head\n\n- item",
  "@somebody @org/team #1 GH-1 https://evil.example www.evil.example",
  "\u202egnp.exe \u001b[31m",
  "**bold** _em_ ~~gone~~ &lt;b&gt;",
  "```mermaid\ngraph",
])("%j breaks out of nothing", (hostile) => {
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
