import { readmitted } from "../../../cli/deploy/preflight";
import type { Intent } from "../../../intent/model/intent";
import { changeOfPlan } from "../../../packages/terraform-access-review/plan/from-plan";
import type { PlanJson, StateResource } from "../../../packages/terraform-access-review/plan/plan-json";
import { wordsOf } from "../../support/ledger-words";
import { provisionedDev, provisionedRest } from "../../support/provisioned";
import { restDev } from "../../support/rest";
import { intentOf } from "../../support/shop";
import { small as smaller } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";
import { AppliedCloud, meanwhile, whereOf } from "./support/applied-cloud";

const STARTED = "aws_lambda_provisioned_concurrency_config.callers";
const ALIAS = "aws_lambda_alias.callers";
const both = (type: string) => [`${type}.callers`, `${type}.public`];

/** Small, with both functions: a public route needs the second one. */
const small = (intent: Intent) => smaller(intent, ["orders", "catalog"]);

/** Sets another version of the function, because the stand-in for the provider does not change it with the code. */
function publish(stack: TerraformStack, version: string): void {
  stack.editState(({ resources }) => {
    for (const { type, instances } of resources) {
      if (type === "aws_lambda_function") for (const { attributes } of instances) attributes.version = version;
    }
  });
}

/** Lines of an apply about an address, in order. */
function steps(output: string, ...addresses: readonly string[]): readonly string[] {
  return output.split("\n").flatMap((line) => {
    const [step, address = ""] = /^(\S+): \w+ complete/.exec(line) ?? [];
    return step !== undefined && addresses.includes(address) ? [step] : [];
  });
}

describeTerraform("provisioned instances", () => {
  describe.each([
    ["an HTTP API", small(provisionedDev()), small(intentOf("dev")), "aws_apigatewayv2_authorizer.scoped"],
    ["a REST API", small(provisionedRest()), small(restDev()), "aws_api_gateway_authorizer.scoped"],
  ] as const)("%s", (_, intent: Intent, without: Intent, authorizer) => {
    const isRest = intent.gateway.kind === "rest";
    const permission = `aws_lambda_permission.${isRest ? "rest_" : ""}scoped_invoke`;
    // Until its stage moves, a REST API serves the former snapshot, with the former authorizers.
    const live = isRest ? "aws_api_gateway_stage.gateway" : authorizer;
    const goesLive = `${live}: Modifications complete`;
    const permitted = `${permission}: Creation complete`;

    applying("enabling it removes the function's own permission last, and disabling it restores everything", () => {
      const other = TerraformStack.of(without);
      other.deploy();
      const changes = other.lay(intent).changes();
      expect(changes).toEqual(
        expect.arrayContaining([
          `${authorizer} update`,
          `${permission} create+delete`,
          ...both("aws_lambda_alias").map((address) => `${address} create`),
          ...both("aws_lambda_function").map((address) => `${address} update`),
          ...both("aws_lambda_provisioned_concurrency_config").map((address) => `${address} create`),
        ]),
      );
      expect(changes.filter((change) => /delete$/.test(change) && !/permission|deployment/.test(change))).toEqual([]);
      const { code, output } = other.run("apply", "-lock=false", "plan");
      expect([code, steps(output, STARTED, ALIAS, live, permission)]).toEqual([
        0,
        [
          `${STARTED}: Creation complete`,
          `${ALIAS}: Creation complete`,
          ...(isRest ? [permitted, goesLive] : [goesLive, permitted]),
          `${permission}: Destruction complete`,
        ],
      ]);
      other.expectNoChanges();
      other.lay(without).deploy();
      other.expectNoChanges();
    });
  });

  // Functions and aliases are the same with a REST API.
  const intent = small(provisionedDev());

  applying("a revocation is drift of function and alias, which deploy refuses to undo, and changes no route", () => {
    const cloud = new AppliedCloud(intent);
    const [target, alias] = ["aws_lambda_function.callers", ALIAS].map(
      (address) => cloud.objects.find((each) => each.address === address) as StateResource,
    ) as [StateResource, StateResource];
    const [environment] = (target.values?.environment ?? []) as readonly { readonly variables: object }[];
    const variables = { ...environment?.variables, REVOKED_CALLERS: '["customers/web"]' };
    meanwhile([
      { ...whereOf(target), set: { version: "3", environment: [{ variables }] } },
      { ...whereOf(alias), set: { function_version: "3" } },
    ]);
    const { plan, drift } = cloud.look();
    meanwhile([]);
    expect(drift).toEqual([
      `${ALIAS} function_version`,
      "aws_lambda_function.callers environment.variables.REVOKED_CALLERS",
    ]);
    const json = plan as unknown as PlanJson;
    expect(readmitted(json, intent.issuers)).toEqual(["customers/web"]);
    const head = { stack: JSON.parse(cloud.text) };
    const { access } = changeOfPlan(intent.environment, json, { head, base: head });
    expect(access.rows.map((row) => `${wordsOf(row).principal} ${wordsOf(row).permission}`)).toEqual([
      "customers/web DENY any call",
    ]);
  });

  applying("an apply in an empty account leaves nothing to change", () => {
    const stack = TerraformStack.of(intent);
    stack.deploy();
    stack.expectNoChanges();
  });

  applying("a new version has its instances before it gets calls, and the former instances stop after that", () => {
    const stack = TerraformStack.of(intent);
    stack.deploy();
    publish(stack, "7");
    // The stand-in does not replace the instances for another version.
    const replaced = both("aws_lambda_provisioned_concurrency_config").map((address) => `-replace=${address}`);
    expect(stack.changes(...replaced).filter((change) => /aws_lambda/.test(change))).toEqual([
      ...both("aws_lambda_alias").map((address) => `${address} update`),
      ...both("aws_lambda_provisioned_concurrency_config").map((address) => `${address} create+delete`),
    ]);
    const { code, output } = stack.run("apply", "-lock=false", "plan");
    expect([code, steps(output, STARTED, ALIAS)]).toEqual([
      0,
      [`${STARTED}: Creation complete`, `${ALIAS}: Modifications complete`, `${STARTED}: Destruction complete`],
    ]);
    stack.expectNoChanges();
  });
});
