import { believableModel, pageOf } from "../../../support/believable-model";

test("the page is one file that loads no other", () => {
  const text = pageOf(believableModel());
  expect(text).not.toMatch(/(?<![\w-])(src|href|action|data)=|url\((?!#)|@import/);
  expect(text).toContain("default-src &#39;none&#39;");
});
