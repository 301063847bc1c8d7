import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rotatesWithOwnCode } from "../../../../cli/plan/planner";
import { useFunctionBundles } from "../../../../cli/synthesis/draft";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { BUILD } from "../../../support/stack";
import { dev } from "../../../support/synthesized-states";

const { stack } = stateOf(rotatedIntent());
const name = "rotate-client-secret.mjs";

afterEach(() => useFunctionBundles({}));

test("a rotation runs own code only if its archive is what this process builds", () => {
  const code = readFileSync(join(BUILD, name));
  useFunctionBundles({ [name]: code });
  expect(rotatesWithOwnCode(stack)).toBe(true);
  useFunctionBundles({ [name]: Buffer.concat([code, Buffer.from("//")]) });
  expect(rotatesWithOwnCode(stack)).toBe(false);
});

test("without a build, only a stack without a rotation runs own code", () => {
  expect([rotatesWithOwnCode(stack), rotatesWithOwnCode(dev.stack)]).toEqual([false, true]);
});
