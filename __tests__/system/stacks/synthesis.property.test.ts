import { expectAnyConfigSynthesizes } from "../../support/synthesis-property";

test("any valid config synthesizes, with names that both clouds take, the same bytes each time and in any key order", () => {
  expectAnyConfigSynthesizes(12);
});
