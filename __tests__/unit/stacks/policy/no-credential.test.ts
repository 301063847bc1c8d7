import { noCredential } from "../../../../stacks/policy/no-credential";
import { SAMPLES } from "../../../support/credentials";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";

const intent = intentOf("prod");
// biome-ignore lint/suspicious/noExplicitAny: JSON of a stack
const findings = (edit: (stack: any) => unknown) => {
  const stack = { provider: {}, ...structuredClone(stackOf(intent).json) };
  edit(stack);
  return noCredential.findings(stack, intent);
};
const [TOKEN = ""] = SAMPLES["github-token"] ?? [];

test("the program's own stack has none", () => {
  expect(findings(() => undefined)).toEqual([]);
});

testAll(Object.entries(SAMPLES))(
  "%s in a resource of the project's own is found by its address, and not quoted",
  (kind, [sample]) => {
    const found = findings(({ resource }) => {
      resource.aws_dynamodb_table = { own: { name: "x", tags: { deep: [sample] } } };
    });
    expect(found.map(({ address }) => address)).toEqual(["aws_dynamodb_table.own"]);
    expect(found[0]?.message).toContain(`(${kind})`);
    expect(JSON.stringify(found)).not.toContain(JSON.stringify(sample).slice(1, -1));
  },
);

testAll<[string, (stack: { [section: string]: unknown }) => unknown, string]>([
  ["an output", (stack) => (stack.output = { url: { value: TOKEN } }), "output.url"],
  ["a provider", (stack) => (stack.provider = { other: [{ token: TOKEN }] }), "provider.other"],
  ["a data source", (stack) => (stack.data = { http: { own: { request_headers: { x: TOKEN } } } }), "data.http.own"],
  ["a local value", (stack) => (stack.locals = { x: TOKEN }), "locals.x"],
])("%s has an address, too", (_, edit, address) => {
  expect(findings(edit).map((each) => each.address)).toEqual([address]);
});

test("a variable of a service counts as any other value", () => {
  const found = findings(({ resource }) => {
    resource.google_cloud_run_v2_service.orders.template.containers[0].env.push({ name: "X", value: TOKEN });
  });
  expect(found.map(({ address }) => address)).toEqual(["google_cloud_run_v2_service.orders"]);
});
