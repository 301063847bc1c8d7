import { credentialsIn } from "../../contract/credentials";
import type { Intent } from "../../intent/model/intent";
import type { BuiltInRule, Finding, StackJson } from "./rule";

/** Any reader of the synthesized files, of a plan or of the state reads each value of the stack. */
export const noCredential: BuiltInRule<Pick<Intent, "tags">> = {
  id: "no-credential",
  promise: "No value of the stack has the form of a credential: a key, a token, a password in a URL.",
  findings: (stack) =>
    partsOf(stack).flatMap(([address, part]) =>
      [...new Set(kindsIn(part))].map((kind): Finding => {
        return { address, message: `has a credential (${kind}): keep it in a secret, and refer to that` };
      }),
    ),
};

/** Each resource by its address, and the other parts of a stack by theirs: `output.url`, `data.aws_ami.own`. */
function partsOf(stack: StackJson): readonly (readonly [address: string, part: unknown])[] {
  return Object.entries(stack).flatMap(([section, named]) => {
    if (section === "//" || section === "terraform" || typeof named !== "object" || named === null) return [];
    return Object.entries(named).flatMap(([type, each]) => {
      const isTyped = (section === "resource" || section === "data") && typeof each === "object" && each !== null;
      if (!isTyped) return [[`${section}.${type}`, each] as const];
      const start = section === "resource" ? type : `${section}.${type}`;
      return Object.entries(each).map(([name, body]) => [`${start}.${name}`, body] as const);
    });
  });
}

function kindsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return credentialsIn(value).map(({ kind }) => kind);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(kindsIn) : [];
}
