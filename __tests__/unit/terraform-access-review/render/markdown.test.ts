import { mermaid } from "../../../../packages/terraform-access-review/render/diagram";
import { MOST_CHARACTERS, markdownReport } from "../../../../packages/terraform-access-review/render/markdown";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { HOSTILE, modelNamed as model } from "../../../support/change-models";
import { commentOf, OPTIONS, SHAPE, shapeOf } from "../../../support/rendered-comment";
import { testAll } from "../../../support/test-all";

testAll(HOSTILE)("%j cannot break out of a comment's markup", (hostile) => {
  const html = commentOf(hostile);
  expect(shapeOf(html)).toEqual(SHAPE);
  expect(html).not.toMatch(/<a |<h1|<em>.*em.*<\/em>|<del>/);
  // GitHub looks for mentions in text after it resolves entities, but not in code.
  expect(html.replace(/<(code|pre)>[\s\S]*?<\/\1>/g, "")).not.toMatch(/(^|[^\w&;])@\w|\p{Cf}\w*gnp/u);
});

/** What GitHub links in text outside of code, by its documentation of autolinked references. */
const AUTOLINKED = /#\d|\bGH-\d|@\w|:\/\/|www\.|\b[0-9a-f]{7,40}\b/i;

testAll(HOSTILE)("%j gets no link, no mention and no reference to an issue or a commit", (hostile) => {
  const html = commentOf(hostile).replace(/<(code|pre)>[\s\S]*?<\/\1>/g, "");
  const text = html.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
  expect(text.match(AUTOLINKED)).toBeNull();
});

test("an account's number stays whole, so that people can copy it", () => {
  expect(commentOf("arn:aws:iam::111122223333:role/x")).toContain("arn:aws:iam::111122223333:role/x");
});

test("details are dropped from the bottom, and the comment states which ones", () => {
  const most = 3_500;
  const report = reportOf(model("name", 10));
  const [full = "", none] = markdownReport(report, OPTIONS);
  expect([none, full.includes("<details>")]).toEqual([undefined, true]);
  const [short = ""] = markdownReport(report, { ...OPTIONS, most });
  expect(short.length).toBeLessThanOrEqual(most);
  expect(short).toContain("Left out here for GitHub's limit: IAM &#40;10&#41;. The whole report: npm run review");
  for (let index = 0; index < 10; index += 1) expect(short).toContain(`name${index} may now call GET /x`);
});

test("access that does not fit into one comment gets several comments, and no row is lost", () => {
  const comments = markdownReport(reportOf(model("name", 2_000)), OPTIONS);
  expect(comments.length).toBeGreaterThan(1);
  for (const comment of comments) expect(comment.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  const all = comments.join("\n");
  const texts = Array.from({ length: 2_000 }, (_, index) => [
    `broader: name${index} may now call GET /x\n`,
    `| name${index} may now call GET /x |  | name | AWS |`,
    `aws&#95;iam&#95;role.name${index}`,
  ]).flat();
  expect(texts.filter((text) => !all.includes(text))).toEqual([]);
});

const QUOTED = String.raw`"([\p{L}\p{N} .,/-]|#\d+;)*"`;
const LINE = new RegExp(
  String.raw`^(flowchart LR|  n\d+\[${QUOTED}\]|  n\d+ (==>|-\.->|--x)\|${QUOTED}\| n\d+|  linkStyle \d+ stroke:#[0-9a-f]{6},stroke-width:2px|  %% \d+ changed grants are not drawn|)$`,
  "u",
);

testAll(HOSTILE)("%j stays within its quotes in the picture", (hostile) => {
  const source = mermaid(model(hostile, 3));
  expect(source.split("\n").filter((line) => !LINE.test(line))).toEqual([]);
  expect(source).toContain("new#58; ");
});

test("if no access changes, there is no picture", () => {
  expect(mermaid({ ...model("x"), access: { rows: [], guards: [] } })).toBe("");
});
