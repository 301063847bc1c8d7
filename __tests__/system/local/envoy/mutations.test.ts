import { describeWhere } from "../../../support/describe-where";
import { NO_ENVOY } from "../../../support/local/preview";
import { PREVIEW_MUTATIONS, uncaught } from "../../../support/local/preview-mutations";

describeWhere(NO_ENVOY, "the declarations of preview", () => {
  test("each that says something else is noticed", async () => {
    expect(await uncaught(PREVIEW_MUTATIONS)).toEqual([]);
  }, 120_000);
});
