import { arnLike } from "../../aws/iam-pattern";
import type { LocalFunction } from "../../function/function";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { LocalTrace } from "../../trace/trace";

const PERMISSION: AttributeUse = {
  read: ["action", "function_name", "principal", "source_arn"],
  immaterial: {
    source_account: "of sources that name no account; an API's name does",
    statement_id: "names the statement in the function's policy",
  },
};

/** Which function an authorizer may call: `aws_lambda_permission`. */
export class InvokePermissions {
  private readonly permissions: readonly Resource[];

  constructor(
    private readonly stack: Stack,
    private readonly functions: readonly LocalFunction[],
    private readonly executionArn: string,
    private readonly trace: LocalTrace,
  ) {
    this.permissions = stack.declared("aws_lambda_permission", PERMISSION);
  }

  /** An authorizer must name a function of this stack. */
  requireTarget(authorizer: Resource): void {
    const { stack } = this;
    const uri = stack.text(authorizer, "authorizer_uri");
    if (stack.all("aws_lambda_function").some((each) => stack.text(each, "invoke_arn") === uri)) return;
    throw new StackError(`${authorizer.address}.authorizer_uri`, `no function is ${uri}`);
  }

  /** The function, if it allows this exact authorizer to call it. */
  functionOf(authorizer: Resource): LocalFunction | undefined {
    const { stack } = this;
    const uri = stack.text(authorizer, "authorizer_uri");
    const target = this.functions.find(({ invokeArn }) => invokeArn === uri);
    if (target === undefined) throw new StackError(`${authorizer.address}.authorizer_uri`, `no function is ${uri}`);
    const source = `${this.executionArn}/authorizers/${stack.text(authorizer, "id")}`;
    const permitted = this.permissions.some(
      (permission) =>
        stack.text(permission, "action") === "lambda:InvokeFunction" &&
        stack.text(permission, "principal") === "apigateway.amazonaws.com" &&
        stack.text(permission, "function_name") === target.name &&
        arnLike(String(stack.value(permission, "source_arn") ?? source), source),
    );
    if (permitted) return target;
    // A permission for this authorizer that has the wrong content.
    const about = this.permissions.find((permission) => stack.value(permission, "source_arn") === source);
    this.trace.refuse("gateway", `may not call ${target.name}`, about?.address ?? authorizer.address);
    return undefined;
  }
}
