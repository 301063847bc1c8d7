import type { TerraformDocument } from "../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../packages/local-front-door/terraform/stack";
import { devDocument, stackOf } from "../../../support/local/document";
import { testAll } from "../../../support/test-all";

const PROVIDERS = {
  aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }],
  google: [{ project: "shop-dev", region: "europe-west1" }],
};

function stack(resource: TerraformDocument["resource"]): Stack {
  return Stack.of({ provider: PROVIDERS, resource }, "/nowhere");
}

function resolved(value: unknown): unknown {
  const roles = {
    one: { name: "role-one", value },
    two: { name: "role-two", list: ["a", "b"] },
  };
  const found = stack({ aws_iam_role: roles });
  const [one] = found.all("aws_iam_role");
  return one && found.value(one, "value");
}

test("references become declared values, or values in the format of an apply", () => {
  expect(resolved("${aws_iam_role.two.name}")).toBe("role-two");
  expect(resolved("${aws_iam_role.two.list}")).toEqual(["a", "b"]);
  expect(resolved("${aws_iam_role.two.arn}")).toBe("arn:aws:iam::111122223333:role/role-two");
  expect(resolved("x/${aws_iam_role.one.name}/${aws_iam_role.two.name}")).toBe("x/role-one/role-two");
  expect(resolved({ deep: [{ list: "${aws_iam_role.two.list}" }] })).toEqual({ deep: [{ list: ["a", "b"] }] });
});

test("an escaped reference is text", () => {
  expect(resolved("$${aws_iam_role.two.name}")).toBe("${aws_iam_role.two.name}");
  expect(resolved("a/$${aws:username}/${aws_iam_role.two.name}")).toBe("a/${aws:username}/role-two");
  expect(resolved("100%%{x} {y}")).toBe("100%{x} {y}");
});

test("trimprefix removes the start of a reference's text, if it has that start", () => {
  expect(resolved('${trimprefix(aws_iam_role.two.name, "role-")}')).toBe("two");
  expect(resolved('x ${trimprefix(aws_iam_role.two.name, "https://")} y')).toBe("x role-two y");
});

testAll([
  "${aws_iam_role.three.name}",
  '${trimprefix(aws_iam_role.three.name, "x")}',
  '${trimprefix(aws_iam_role.two.list, "x")}',
  '${trimprefix("role-two", "role-")}',
  "${aws_iam_role.two.unknown}",
  "${aws_iam_user.two.name}",
  "${sha256(aws_iam_role.two.name)}",
  "${var.name}",
  "x${aws_iam_role.two.list}",
  '${jsonencode({"a" = aws_iam_role.two.name})}',
  "%{ if true }x%{ endif }",
  "${aws_iam_role.two.name",
])("%s cannot be resolved, which is an error and not an empty text", (text) => {
  expect(() => resolved(text)).toThrow("aws_iam_role.one.value");
});

test("a nested block is read as an object or a list, and an unknown part of it is an error", () => {
  const use = { read: ["name"], immaterial: { note: "a text for people" } };
  const blocks = (value: unknown) => {
    const found = stack({ aws_iam_role: { one: { value }, two: { name: "role-two" } } });
    const [one] = found.all("aws_iam_role");
    return one && found.blocks(one, "value", use);
  };
  const body = { name: "${aws_iam_role.two.name}", note: "x" };
  const address = "aws_iam_role.one.value";
  expect(blocks(body)).toEqual([{ address, body: { name: "role-two", note: "x" } }]);
  expect(blocks([body])).toEqual([{ address: `${address}[0]`, body: { name: "role-two", note: "x" } }]);
  expect(blocks(undefined)).toEqual([]);
  expect(() => blocks({ color: "x" })).toThrow(`${address}.color: unknown to the local stand-in`);
  expect(() => blocks(["x"])).toThrow(`${address}[0]: expected a block`);
});

testAll([
  ["data", { data: { aws_caller_identity: {} } }],
  ["module", { module: {} }],
  ["provider.azurerm", { provider: { ...PROVIDERS, azurerm: [{}] } }],
  ["provider.aws[1]", { provider: { ...PROVIDERS, aws: [...PROVIDERS.aws, ...PROVIDERS.aws] } }],
  ["provider.aws.assume_role", { provider: { ...PROVIDERS, aws: [{ ...PROVIDERS.aws[0], assume_role: {} }] } }],
  ["provider.google.zone", { provider: { ...PROVIDERS, google: [{ ...PROVIDERS.google[0], zone: "x" }] } }],
])("a document with %s, which the stand-ins do not know, is an error", (address, part) => {
  expect(() => Stack.of({ provider: PROVIDERS, ...part } as TerraformDocument, "/")).toThrow(`${address}: `);
});

test("a value that is not a text, a list or a map is an error", () => {
  const found = stack({ aws_iam_role: { one: { name: 7, list: "x", map: { key: 7 } } } });
  const [one] = found.all("aws_iam_role");
  expect(() => one && found.text(one, "name")).toThrow("aws_iam_role.one.name: expected a string, got 7");
  expect(() => one && found.texts(one, "list")).toThrow("aws_iam_role.one.list: expected a list");
  expect(() => one && found.textMap(one, "map")).toThrow("aws_iam_role.one.map.key: expected a string, got 7");
  expect(one && [found.texts(one, "none"), found.textMap(one, "none").size]).toEqual([[], 0]);
});

test("a provider without the setting that names its resources is an error if the stack has any", () => {
  const without = (resource: TerraformDocument["resource"]) => () =>
    Stack.of({ provider: { aws: {}, google: {} }, resource }, "/");
  expect(without({ aws_iam_role: { a: { name: "a" } } })).toThrow("provider.aws.region: expected a fixed text");
  expect(without({ google_service_account: { a: {} } })).toThrow("provider.google.project: expected a fixed text");
  expect(without({})).not.toThrow();
});

test("an account that the stack does not name has a made-up id", () => {
  const resource = { aws_iam_role: { a: { name: "a" } } };
  const stack = Stack.of({ provider: { aws: { region: "eu-west-1" } }, resource }, "/");
  expect(stack.all("aws_iam_role").map((role) => stack.text(role, "arn"))).toEqual([
    "arn:aws:iam::123456789012:role/a",
  ]);
});

test("made-up values differ from resource to resource and stay the same from run to run", () => {
  const ids = () => {
    const dev = stackOf();
    return dev.all("aws_cognito_user_pool_client").map((client) => dev.text(client, "id"));
  };
  expect(new Set(ids()).size).toBe(Object.keys(devDocument().resource.aws_cognito_user_pool_client ?? {}).length);
  expect(ids()).toEqual(ids());
});
