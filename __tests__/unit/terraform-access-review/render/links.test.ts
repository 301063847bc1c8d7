import { markdownReport } from "../../../../packages/terraform-access-review/render/markdown";
import { linkable } from "../../../../packages/terraform-access-review/render/pieces";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { believableModel } from "../../../support/believable-model";

const URL = "https://github.com/acme/shop/blob/0123456/config/base.yaml#L12";

function linksOf(url: string): readonly (string | undefined)[] {
  const model = believableModel();
  const place = { text: "config/base.yaml:12", url };
  const report = reportOf(model, { row: () => place, guard: () => place });
  const [comment = ""] = markdownReport(report, { whole: "here" });
  return [...comment.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target);
}

test("a place is a link in a comment if its URL is known", () => {
  const links = linksOf(URL);
  expect([new Set(links), links.length > 3]).toEqual([new Set([URL]), true]);
});

test.each([
  "javascript:alert(1)",
  "https://github.com/a b",
  "https://github.com/x)[y](https://evil.example",
  'https://github.com/x" onclick="alert(1)',
  "https://github.com@evil.example/x",
  "//evil.example/x",
])("%s is not a URL to link to", (url) => {
  expect(linkable(url)).toBeUndefined();
  expect(linksOf(url)).toEqual([]);
});
