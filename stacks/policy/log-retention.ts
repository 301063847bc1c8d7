import type { DeclaredStack } from "./declared-stack";
import { type Finding, PolicyRule } from "./rule";

/** Every log group forgets: without retention it would keep addresses and subjects for ever, and be billed for it. */
export class LogRetention extends PolicyRule {
  readonly id = "log-retention";

  findings(stack: DeclaredStack): readonly Finding[] {
    return stack
      .ofType("aws_cloudwatch_log_group")
      .filter(({ attributes }) => !(Number(attributes.retention_in_days) > 0))
      .map(({ address }) => ({ address, message: "keeps its lines for ever: set retention_in_days" }));
  }
}
