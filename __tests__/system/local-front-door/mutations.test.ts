import { describeWhere } from "../../support/describe-where";
import { notQuiet, notRefused, otherwiseLoose } from "../../support/local/mutations/calls";
import { LOOSER } from "../../support/local/mutations/looser";
import { OWN_POLICIES, QUIET, TRUST_BY_ACCOUNT } from "../../support/local/mutations/quiet";
import { TIGHTER } from "../../support/local/mutations/tighter";
import { NO_ENVOY } from "../../support/local/preview";
import { PREVIEW_MUTATIONS, uncaught } from "../../support/local/preview-mutations";

test("every tighter declaration refuses a valid call, and the refusal names it", async () => {
  expect(await notRefused(TIGHTER)).toEqual([]);
  expect(await notRefused(OWN_POLICIES.tighter, TRUST_BY_ACCOUNT)).toEqual([]);
});

test("every less strict declaration lets exactly the expected attacks pass", async () => {
  expect(await otherwiseLoose(LOOSER)).toEqual([]);
});

test("every quiet declaration changes no answer", async () => {
  expect(await notQuiet(QUIET)).toEqual([]);
});

describeWhere(NO_ENVOY, "the declarations of preview", () => {
  test("each change is noticed", async () => {
    expect(await uncaught(PREVIEW_MUTATIONS)).toEqual([]);
  });
});
