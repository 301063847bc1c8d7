import { soleReference } from "../../packages/terraform-access-review/terraform-json/references";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, type Resource, type StackJson, unless } from "./rule";

/** Types whose objects a cloud deletes with the object that they name. */
const HANGING =
  /^google_\w+_iam_(binding|member|policy)$|^aws_\w+_(policy|permission|policy_attachment|exclusive)$|subscription/;

/** Types that are replaced only under another name: a role also under another path, which no stack of this program sets. */
const RENAMED: readonly string[] = ["aws_iam_role", "aws_lambda_alias", "aws_lambda_function"];

/**
 * A cloud deletes grants, resource policies, permissions and subscriptions together with their object. If the object is
 * replaced and its name stays, Terraform sees no reason to create them again: the new object would have none of them.
 */
export const replacedTogether: BuiltInRule = {
  id: "replaced-together",
  promise:
    "A grant, a resource policy, a permission or a subscription names its object by a value that a replacement changes. Terraform then creates both again.",
  findings: (stack) => resourcesOf(stack, HANGING).flatMap((each) => faults(stack, each)),
};

function faults(stack: StackJson, { address, attributes }: Resource): readonly Finding[] {
  const references = Object.values(attributes).flatMap((value) => soleReference(value) ?? []);
  return [...new Set(references.map((reference) => reference.address))].flatMap((object) => {
    const names = references.filter((reference) => reference.address === object).map(({ attribute }) => attribute);
    const found = referred(stack, `\${${object}.id}`);
    if (found === undefined || object.startsWith("data.") || RENAMED.includes(found.type)) return [];
    return unless(
      // What the declaration sets stays; what the cloud sets is unknown until the object exists again.
      names.some((name) => !Object.hasOwn(found.attributes, name)),
      address,
      `names ${object} only by ${names.join(", ")}, which stays if that is replaced, and the new object would lack ` +
        `this: name it by a value that the cloud sets, such as \${${object}.id}`,
    );
  });
}
