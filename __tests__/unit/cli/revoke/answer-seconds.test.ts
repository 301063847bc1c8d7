import { answerSeconds } from "../../../../cli/revoke/synthesized-door";
import { existing, existingStack, type StackToBreak } from "../../../support/existing";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";
import { variantOf } from "../../../support/variant";

const json = (stack: StackToBreak) => ({ data: {}, ...stack });

test("an answer takes as long as the slowest service may", () => {
  const { services } = intentOf("dev");
  expect(answerSeconds(json(stackOf(intentOf("dev")).json))).toBe(
    Math.max(...services.map(({ timeoutSeconds }) => timeoutSeconds)),
  );
});

test.each([
  ["http", 30],
  ["rest", 29],
] as const)("no stack has the timeout of an existing service, so the gateway's counts: %s", (kind, seconds) => {
  const of = existing("dev", variantOf("dev", { aws: { ownsAccount: true }, gateway: { kind } }));
  const alone = { ...of, services: of.services.filter(({ id }) => id === "orders") };
  expect(answerSeconds(json(existingStack(alone)))).toBe(seconds);
});
