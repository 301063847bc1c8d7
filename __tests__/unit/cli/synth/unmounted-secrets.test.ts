import { unmountedSecrets } from "../../../../cli/synth/unmounted-secrets";
import { intentOf } from "../../../support/shop";

test("secrets without a version are counted, with the command that lists them", () => {
  expect(unmountedSecrets(intentOf("staging"))).toEqual([expect.stringContaining("npm run secrets -- staging")]);
});

test("where all are pinned there is nothing to say", () => {
  expect(unmountedSecrets(intentOf("prod"))).toEqual([]);
});
