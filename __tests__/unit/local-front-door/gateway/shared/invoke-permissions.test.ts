import { InvokePermissions } from "../../../../../packages/local-front-door/gateway/shared/invoke-permissions";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../../../../packages/local-front-door/trace/trace";
import { block, type Change, changed, remove, set } from "../../../../support/local/document";
import { ReadableStack } from "../../../../support/local/reading";
import { provisionedDev } from "../../../../support/provisioned";
import { restDev } from "../../../../support/rest";

const KINDS = {
  http: { dev: ReadableStack.of("dev"), api: "aws_apigatewayv2_api", authorizer: "aws_apigatewayv2_authorizer" },
  rest: {
    dev: ReadableStack.ofIntent(restDev()),
    api: "aws_api_gateway_rest_api",
    authorizer: "aws_api_gateway_authorizer",
  },
};

describe.each(["http", "rest"] as const)("an authorizer of an API of kind %s", (kind) => {
  const { dev, api, authorizer: type } = KINDS[kind];
  const { functions } = dev.read();
  const { document } = dev;
  const permissions = Object.keys(document.resource.aws_lambda_permission ?? {}).map(
    (name) => `aws_lambda_permission.${name}`,
  );

  /** The authorizers that may not call their function, each with the declaration at fault. */
  function refused(...changes: readonly Change[]): readonly string[] {
    const stack = Stack.of(changed(dev.document, ...changes) as TerraformDocument, "/nowhere");
    const [gateway] = stack.all(api);
    const trace = new LocalTrace();
    const judge = new InvokePermissions(stack, functions, gateway ? stack.text(gateway, "execution_arn") : "", trace);
    return stack.all(type).flatMap((authorizer) => {
      trace.clear();
      return judge.functionOf(authorizer) === undefined
        ? [`${authorizer.address} by ${trace.refusal?.declaration}`]
        : [];
    });
  }

  test("calls its function with its own permission only", () => {
    expect(refused()).toEqual([]);
    expect(permissions.length).toBeGreaterThan(1);
    for (const permission of permissions) {
      const source = String(block(document, permission).source_arn);
      const [, authorizer] = new RegExp(`\\$\\{(${type}\\.\\w+)\\.id\\}$`).exec(source) ?? [];
      const elsewhere = source.replace(/\/authorizers\/.*$/, "/*/GET/orders");
      expect({
        gone: refused(remove(permission)),
        "of another service": refused(set(permission, { principal: "events.amazonaws.com" })),
        "to read": refused(set(permission, { action: "lambda:GetFunction" })),
        "of another function": refused(set(permission, { function_name: "another" })),
        "for a route": refused(set(permission, { source_arn: elsewhere })),
        "for every part of the API": refused(set(permission, { source_arn: source.replace(/authorizers.*$/, "*") })),
        "for another API": refused(set(permission, { source_arn: "arn:aws:execute-api:*:*:other/*" })),
        // It also allows another API, which does not exist here.
        "for any source": refused(set(permission, { source_arn: undefined })),
      }).toEqual({
        gone: [`${authorizer} by ${authorizer}`],
        "of another service": [`${authorizer} by ${permission}`],
        "to read": [`${authorizer} by ${permission}`],
        "of another function": [`${authorizer} by ${permission}`],
        "for a route": [`${authorizer} by ${authorizer}`],
        "for every part of the API": [],
        "for another API": [`${authorizer} by ${authorizer}`],
        "for any source": [],
      });
    }
  });
});

describe("an authorizer that calls an alias", () => {
  const dev = ReadableStack.ofIntent(provisionedDev());
  const { functions } = dev.read();
  const judgeAfter = (...changes: readonly Change[]) => {
    const stack = Stack.of(changed(dev.document, ...changes) as TerraformDocument, "/nowhere");
    const [gateway] = stack.all("aws_apigatewayv2_api");
    const source = gateway ? stack.text(gateway, "execution_arn") : "";
    const judge = new InvokePermissions(stack, functions, source, new LocalTrace());
    const scoped = stack.all("aws_apigatewayv2_authorizer").find(({ name }) => name === "scoped");
    if (scoped === undefined) throw new Error("no scoped authorizer");
    return () => judge.functionOf(scoped)?.name;
  };
  const [permission, authorizer, alias] = [
    "aws_lambda_permission.scoped_invoke",
    "aws_apigatewayv2_authorizer.scoped",
    "aws_lambda_alias.callers",
  ];
  const own = "${aws_lambda_function.callers.invoke_arn}";

  test("calls the alias's function, with a permission for the alias only", () => {
    expect(judgeAfter()()).toBe("storefront-dev-callers");
    expect(judgeAfter(set(permission, { qualifier: undefined }))()).toBeUndefined();
    expect(judgeAfter(set(permission, { qualifier: "other" }))()).toBeUndefined();
    expect(judgeAfter(set(authorizer, { authorizer_uri: own }))()).toBeUndefined();
    expect(judgeAfter(set(authorizer, { authorizer_uri: own }), set(permission, { qualifier: undefined }))()).toBe(
      "storefront-dev-callers",
    );
  });

  test("of an unpublished version stops the start", () => {
    expect(() => judgeAfter(set(alias, { function_version: "2" }))).toThrow(
      "aws_lambda_alias.callers.function_version: aws_lambda_function.callers does not publish version 2",
    );
  });
});
