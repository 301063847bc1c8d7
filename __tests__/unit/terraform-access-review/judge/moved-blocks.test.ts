import { withMoves } from "../../../../packages/terraform-access-review/judge/moves";
import { NOTHING } from "../../../../packages/terraform-access-review/model/state";

const stateOf = (resource: object) => ({ ...NOTHING, stack: { provider: {}, resource } }) as never;
const MOVES = new Map([["aws_sns_topic.old", "aws_sns_topic.new"]]);

test("a moved resource has its new address, next to those that stay", () => {
  const moved = withMoves(stateOf({ aws_sns_topic: { old: { name: "a" }, other: { name: "b" } } }), MOVES);
  expect(moved.stack.resource).toEqual({ aws_sns_topic: { new: { name: "a" }, other: { name: "b" } } });
});

test("a resource of a module moves to another module", () => {
  const moves = new Map([["aws_sns_topic.module.a.aws_sns_topic.t", "aws_sns_topic.module.b.aws_sns_topic.t"]]);
  const moved = withMoves(stateOf({ aws_sns_topic: { "module.a.aws_sns_topic.t": { name: "a" } } }), moves);
  expect(moved.stack.resource).toEqual({ aws_sns_topic: { "module.b.aws_sns_topic.t": { name: "a" } } });
});

test.each([
  ["aws_sns_topic.old", "aws_sns_topic.new"],
  ["${aws_sns_topic.old.arn}", "${aws_sns_topic.new.arn}"],
  ["${aws_sns_topic.old.arn}/x/${aws_sns_topic.old.id}", "${aws_sns_topic.new.arn}/x/${aws_sns_topic.new.id}"],
  ["${aws_sns_topic.older.arn}", "${aws_sns_topic.older.arn}"],
  ["see aws_sns_topic.old.arn", "see aws_sns_topic.old.arn"],
  ["${var.a} of aws_sns_topic.old.arn", "${var.a} of aws_sns_topic.old.arn"],
])(
  "%s becomes %s, at any depth: references follow the move, and texts that only look like one do not",
  (text, moved) => {
    const bodyOf = (value: string) => ({ list: [{ value }], number: 1, nothing: null });
    const state = stateOf({ aws_sqs_queue: { q: bodyOf(text) } });
    expect(withMoves(state, MOVES).stack.resource).toEqual({ aws_sqs_queue: { q: bodyOf(moved) } });
  },
);
