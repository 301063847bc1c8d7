import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { account, RevokingProject } from "./support/revoking-project";

jest.setTimeout(60_000);

const project = new RevokingProject();
afterAll(() => project.remove());

// The twin as it was synthesized: the same names, each with the environment's own in it.
cpSync(project.path("synthesized/dev"), project.path("synthesized/dev-us"), { recursive: true });
for (const file of ["main.tf.json", "authorizer-policy.json"]) {
  const path = project.path(`synthesized/dev-us/${file}`);
  const text = readFileSync(path, "utf8").replaceAll("storefront-dev", "storefront-dev-us");
  writeFileSync(path, text.replaceAll('"environment": "dev"', '"environment": "dev-us"'));
}
writeFileSync(project.path("config/dev-us.yaml"), "twinOf: dev\n");

const tags = (environment: string) => ({ application: "storefront", environment });
const both = (changes: object = {}) =>
  account({
    functions: { "storefront-dev-callers": {}, "storefront-dev-us-callers": {} },
    http: ["dev", "dev-us"].map((environment) => {
      return { ApiId: environment, Name: `storefront-${environment}`, Tags: tags(environment) };
    }),
    ...changes,
  });
const listsOf = ({ functions }: ReturnType<typeof account>) =>
  Object.values(functions).map(({ REVOKED_CALLERS }) => REVOKED_CALLERS);

test.each(["dev", "dev-us"])("a caller that is revoked in %s is shut out of both twins", async (environment) => {
  const { code, out, after } = await project.revoke(both(), environment, "reporting-agent");
  expect([code, listsOf(after)]).toEqual([0, ['["customers/reporting-agent"]', '["customers/reporting-agent"]']]);
  expect(out.match(/^\S+: customers\/reporting-agent is shut out$/gm)).toHaveLength(2);
});

test("--undo lets it in again in both", async () => {
  const functions = Object.fromEntries(
    ["dev", "dev-us"].map((name) => [`storefront-${name}-callers`, { REVOKED_CALLERS: '["customers/web"]' }]),
  );
  const { code, after } = await project.revoke(both({ functions }), "dev", "web", { undo: true });
  expect([code, listsOf(after)]).toEqual([0, [undefined, undefined]]);
});

test.each([
  ["dev", "dev-us"],
  ["dev-us", "dev"],
])("where the gateway of %s cannot be changed, %s is done, and the error names what is left", async (away, there) => {
  const state = both({ http: both().http.filter(({ ApiId }) => ApiId === there) });
  const { code, out, error } = await project.revoke(state, "dev", "web");
  expect([code, out.match(/^\S+(?=: customers\/web is shut out$)/gm)]).toEqual([1, [there]]);
  expect(error).toContain(`finish it: npx front-door revoke ${away} web --alone`);
  expect(error).not.toContain(`finish it: npx front-door revoke ${there} web`);
  expect(error).toContain(`not done in ${away}: `);
});

test("the command that finishes it changes the one that is left alone, and ends well", async () => {
  const { code, after } = await project.revoke(both(), "dev-us", "web", { alone: true });
  expect([code, listsOf(after)]).toEqual([0, [undefined, '["customers/web"]']]);
});

test("an unknown caller is one usage error", async () => {
  const { code, error, after } = await project.revoke(both(), "dev", "webb");
  expect([code, after.calls]).toEqual([64, []]);
  expect(error).not.toContain("finish it");
});

test("where no function decides, no command finishes it", async () => {
  const file = project.path("synthesized/dev/main.tf.json");
  const text = readFileSync(file, "utf8");
  const { resource, ...stack } = JSON.parse(text);
  writeFileSync(file, JSON.stringify({ ...stack, resource: { ...resource, aws_lambda_function: {} } }));
  const { code, error } = await project.revoke(both(), "dev", "web");
  writeFileSync(file, text);
  expect(code).toBe(1);
  expect(error).not.toContain("finish it");
});

test("config of the primary settles it, in both", async () => {
  const { out } = await project.revoke(both(), "dev", "web");
  expect(out.match(/^ {4}disabled: true at .*$/gm)).toEqual([
    "    disabled: true at the client in config/dev.yaml, then npm run deploy -- dev and npm run deploy -- dev-us",
    "    disabled: true at the client in config/dev.yaml, then npm run deploy -- dev and npm run deploy -- dev-us",
  ]);
});

test.each([
  ["cannot be read", "twinOf: dev\naws: {\n"],
  ["names no environment", "twinOf: devv\n"],
  ["has another form", "twinOf: [dev]\n"],
])("an environment whose file %s may be the twin, so the revocation is not reported as done", async (_, text) => {
  const path = project.path("config/dev-us.yaml");
  const before = readFileSync(path, "utf8");
  writeFileSync(path, text);
  const { code, out, error, after } = await project.revoke(both(), "dev", "web");
  writeFileSync(path, before);
  expect([code, listsOf(after)]).toEqual([1, ['["customers/web"]', undefined]]);
  expect(out).toContain("dev: customers/web is shut out");
  expect(error).toContain("config/dev-us.yaml cannot be read");
});
