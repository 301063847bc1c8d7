import { believableModel, pageOf } from "../../../support/believable-model";

test("it is one file: no address of anything else is in it", () => {
  const text = pageOf(believableModel());
  expect(text).not.toMatch(/(?<![\w-])(src|href|action|data)=|url\((?!#)|@import/);
  expect(text).toContain("default-src &#39;none&#39;");
});
