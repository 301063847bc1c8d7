import { expectAnyConfigSynthesizes } from "../../support/synthesis-property";

test("any valid config gives the same bytes in any key order, with names that both clouds accept", () => {
  expectAnyConfigSynthesizes(3);
});
