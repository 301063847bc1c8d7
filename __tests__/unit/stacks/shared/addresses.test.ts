import { TerraformOutput, TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { Addresses } from "../../../../stacks/shared/addresses";

function output(path: readonly string[], stack = new TerraformStack(Testing.app(), "dev")): TerraformOutput {
  let scope: Construct = stack;
  for (const segment of path.slice(0, -1)) {
    scope = (scope.node.tryFindChild(segment) as Construct | undefined) ?? new Construct(scope, segment);
  }
  return new TerraformOutput(scope, path.at(-1) ?? "", { value: "x" });
}

test("an address consists of the config's names in snake case", () => {
  expect(new Addresses().nameOf(output(["RunServices", "support-desk", "Service", "rt"]))).toBe("support_desk_rt");
});

test("an element always has the same address", () => {
  const addresses = new Addresses();
  const element = output(["orders"]);
  expect([addresses.nameOf(element), addresses.nameOf(element)]).toEqual(["orders", "orders"]);
});

test("two elements of one type and one address are an error that names both", () => {
  const addresses = new Addresses();
  const stack = new TerraformStack(Testing.app(), "dev");
  addresses.nameOf(output(["Here", "a-b"], stack));
  expect(() => addresses.nameOf(output(["There", "a", "b"], stack))).toThrow(
    "two elements would have the Terraform address TerraformOutput.a_b: dev/Here/a-b and dev/There/a/b",
  );
});

test("a path with only structure has no address", () => {
  expect(() => new Addresses().nameOf(output(["Only", "Structure"]))).toThrow("needs one path segment");
});
