import { arnLike } from "../../../terraform-access-review/access/iam/pattern";
import type { LocalFunction } from "../../function/function";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { LocalTrace } from "../../trace/trace";

const PERMISSION: AttributeUse = {
  read: ["action", "function_name", "principal", "qualifier", "source_arn"],
  immaterial: {
    source_account: "it matters only for sources whose ARN has no account; an API's ARN has one",
    statement_id: "names the statement in the function's policy",
  },
};

/** An alias that divides its calls between versions (`routing_config`) is not supported. */
const ALIAS: AttributeUse = {
  read: ["function_name", "function_version", "name"],
};

/** What an authorizer calls: a function, or its alias. A permission is for one of them. */
interface Target {
  /** The alias, or the function. */
  readonly resource: Resource;
  readonly invokeArn: string;
  readonly functionName: string;
  readonly qualifier?: string;
}

/** Which function an authorizer may call: `aws_lambda_permission`. */
export class InvokePermissions {
  private readonly permissions: readonly Resource[];
  private readonly targets: readonly Target[];

  constructor(
    private readonly stack: Stack,
    private readonly functions: readonly LocalFunction[],
    private readonly executionArn: string,
    private readonly trace: LocalTrace,
  ) {
    const permissions = stack.declaredApart("aws_lambda_permission", PERMISSION);
    // It can only permit, so one that is not understood permits nothing.
    this.permissions = permissions.filter((each) => stack.isUnderstood(each));
    const targets: Target[] = [];
    for (const each of stack.all("aws_lambda_function")) {
      const named = () => ({
        invokeArn: stack.text(each, "invoke_arn"),
        functionName: stack.text(each, "function_name"),
      });
      stack.apart(each, () => targets.push({ resource: each, ...named() }));
    }
    for (const each of stack.declaredApart("aws_lambda_alias", ALIAS)) {
      stack.apart(each, () => targets.push(this.aliasOf(each)));
    }
    this.targets = targets;
  }

  /** An authorizer must name a function of this stack. */
  requireTarget(authorizer: Resource): void {
    this.targetOf(authorizer);
  }

  private targetOf(authorizer: Resource): Target {
    const uri = this.stack.text(authorizer, "authorizer_uri");
    const target = this.targets.find(({ invokeArn }) => invokeArn === uri);
    if (target !== undefined) {
      this.stack.requireUnderstood(target.resource, ...this.functionsNamed(target.functionName));
      return target;
    }
    throw new StackError(`${authorizer.address}.authorizer_uri`, `no function is ${uri}`);
  }

  /** Only one archive of each function exists here, so an alias must point to the version with that archive. */
  private aliasOf(alias: Resource): Target {
    const { stack } = this;
    const functionName = stack.text(alias, "function_name");
    const [named] = this.functionsNamed(functionName);
    if (named === undefined) throw new StackError(`${alias.address}.function_name`, `no function is ${functionName}`);
    const version = stack.text(alias, "function_version");
    if (stack.value(named, "publish") !== true || version !== stack.text(named, "version")) {
      throw new StackError(`${alias.address}.function_version`, `${named.address} does not publish version ${version}`);
    }
    const [invokeArn, qualifier] = [stack.text(alias, "invoke_arn"), stack.text(alias, "name")];
    return { resource: alias, invokeArn, functionName, qualifier };
  }

  private functionsNamed(name: string): readonly Resource[] {
    return this.stack
      .all("aws_lambda_function")
      .filter((each) => this.stack.textIfKnown(each, "function_name") === name);
  }

  /** The function, if it allows this exact authorizer to call it. */
  functionOf(authorizer: Resource): LocalFunction | undefined {
    const { stack } = this;
    const { functionName, qualifier } = this.targetOf(authorizer);
    const target = this.functions.find(({ name }) => name === functionName);
    if (target === undefined) throw new StackError(`${authorizer.address}.authorizer_uri`, "no function runs here");
    const source = `${this.executionArn}/authorizers/${stack.text(authorizer, "id")}`;
    const permitted = this.permissions.some(
      (permission) =>
        stack.text(permission, "action") === "lambda:InvokeFunction" &&
        stack.text(permission, "principal") === "apigateway.amazonaws.com" &&
        stack.text(permission, "function_name") === functionName &&
        stack.value(permission, "qualifier") === qualifier &&
        arnLike(String(stack.value(permission, "source_arn") ?? source), source) === true,
    );
    if (permitted) return target;
    // A permission that names this authorizer but does not allow the call.
    const about = this.permissions.find((permission) => stack.value(permission, "source_arn") === source);
    this.trace.refuse("gateway", `may not call ${target.name}`, about?.address ?? authorizer.address);
    return undefined;
  }
}
