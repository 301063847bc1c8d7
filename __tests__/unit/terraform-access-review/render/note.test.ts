import type { Note } from "../../../../packages/terraform-access-review/model/change";
import { noteWords } from "../../../../packages/terraform-access-review/render/note";
import { testAll } from "../../../support/test-all";

/** Notes on rollouts and snapshots have their words in the tests of what finds them. */
testAll<readonly [Note, string]>([
  [{ kind: "planning-failed" }, "Terraform failed while it planned: more may change than this report shows"],
  [{ kind: "plan-incomplete" }, "the plan is not complete: another one must follow it"],
  [{ kind: "check", name: "check.a", status: "fail", problems: ["b", "c"] }, "check.a failed: b: c"],
  [{ kind: "check", status: "error", problems: [] }, "a check could not be checked"],
  [{ kind: "check", name: "check.a", status: "unknown", problems: [] }, "check.a: can be checked only by the apply"],
  [
    { kind: "not-judged", address: "aws_x.y", argument: "policy", side: "planned" },
    "the access of aws_x.y is not judged: its policy cannot be read before the apply",
  ],
  [
    { kind: "not-judged", address: "aws_x.y", argument: "policy", side: "deployed" },
    "the access that aws_x.y grants now is not judged: its policy cannot be read",
  ],
  [
    { kind: "policy-unknown" },
    "the authorizer policy that is deployed is in no commit of this repository: every route counts as broadened",
  ],
  [
    { kind: "create-failed", address: "aws_x.y" },
    "aws_x.y exists, but its create failed: the deploy untaints it, keeps it and changes it in place",
  ],
  [
    { kind: "other-program", from: "0.2.0", to: "0.3.0", changed: ["config/dev.yaml", "main.ts"] },
    "this program changes too, from 0.2.0 to 0.3.0, and its own changes are among these: to see them apart from those of " +
      "config/dev.yaml, main.ts, upgrade in a pull request of its own",
  ],
  [{ kind: "other-code", changed: ["a", "b"] }, "the functions run other code: read what changed in a, b"],
  [{ kind: "stays-drifted", address: "aws_x.y" }, "no deploy changes aws_x.y back"],
])("the note %j says %j", (note, text) => {
  expect(noteWords(note)).toBe(text);
});

test("a note of an unknown kind is an error", () => {
  for (const kind of ["other", "toString"]) {
    expect(() => noteWords({ kind } as unknown as Note)).toThrow(`unknown kind "${kind}"`);
  }
});
