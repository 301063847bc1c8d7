import { terraformVariables } from "../../../../cli/terraform/terraform";

test.each([
  ["TF_CLI_ARGS", "-destroy"],
  ["TF_CLI_ARGS_plan", "-lock=false -refresh=false"],
  ["TF_CLI_ARGS_plan", "-target=aws_iam_role.x"],
  ["TF_CLI_ARGS_plan", "-out=elsewhere"],
  ["TF_CLI_ARGS_apply", "-lock=false"],
  ["TF_CLI_ARGS_init", "-backend-config=key=prod"],
  ["TF_WORKSPACE", "prod"],
])("refuses %s=%s, because Terraform would run something other than shown", (name, value) => {
  expect(() => terraformVariables({ [name]: value }, {})).toThrow(`unset ${name}`);
});

test("passes harmless options on, and ignores a selected workspace", () => {
  const given = { TF_CLI_ARGS_plan: "-lock=false -parallelism=5", TF_CLI_ARGS: "-no-color", HOME: "/home/x" };
  expect(terraformVariables(given, { TF_IN_AUTOMATION: "1" })).toEqual({
    ...given,
    TF_IN_AUTOMATION: "1",
    TF_WORKSPACE: "default",
  });
});
