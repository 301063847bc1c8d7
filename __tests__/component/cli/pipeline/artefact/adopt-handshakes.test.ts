import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BaseBranch } from "./support/base-branch";

/** An environment of each handshake. */
const base = new BaseBranch("dev", "preview");
const { artefact, original, project } = base;
const adopt = (environment: string) => base.adopt(environment);
const stackOf = (environment: string) => `cdktf.out/stacks/${environment}/cdk.tf.json`;
const ARCHIVE = "assets/authorizer/zip/authorizer.zip";
const POLICY = "synthesized/preview/envoy-policy.json";
const put = (file: string, contents: string) => {
  mkdirSync(dirname(join(artefact, file)), { recursive: true });
  writeFileSync(join(artefact, file), contents);
};
const edit = (file: string, change: (text: string) => string) =>
  put(file, change(readFileSync(join(artefact, file), "utf8")));

test("writes neither zip nor policy for an environment whose Envoy decides", () => {
  const { code, error } = adopt("preview");
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(JSON.parse(readFileSync(project.path(stackOf("preview")), "utf8"))).toEqual(
    JSON.parse(readFileSync(join(original, stackOf("preview")), "utf8")),
  );
  expect(base.has(`cdktf.out/stacks/preview/${ARCHIVE}`)).toBe(false);
  expect(base.has("synthesized/preview/authorizer-policy.json")).toBe(false);
  expect(readFileSync(project.path(POLICY), "utf8")).toBe(readFileSync(join(original, POLICY), "utf8"));
});

test.each<[string, string, () => void, string]>([
  [
    "an environment of functions without its policy",
    "dev",
    () => rmSync(join(artefact, "synthesized/dev/authorizer-policy.json")),
    "synthesized/dev/authorizer-policy.json is not in the artefact",
  ],
  [
    "an environment of functions without its zip",
    "dev",
    () => rmSync(join(artefact, `cdktf.out/stacks/dev/${ARCHIVE}`)),
    "authorizer.zip is not in the artefact",
  ],
  [
    "one without functions in place of one that has them, its zip and policy left there",
    "dev",
    () => takeStack("preview", "dev"),
    "resource.aws_lambda_function: got none, expected callers and public; a change of the handshake must be planned",
  ],
  [
    "an authorizer of tokens in place of the function",
    "dev",
    () => edit(stackOf("dev"), (text) => text.replace('"authorizer_type": "REQUEST"', '"authorizer_type": "JWT"')),
    'authorizer_type: "JWT" is not of the base branch\'s handshake',
  ],
  [
    "functions where none decide",
    "preview",
    () => takeStack("dev", "preview"),
    "resource.aws_lambda_function: is not allowed where no function decides",
  ],
  [
    "an authorizer that asks a function elsewhere",
    "preview",
    () => edit(stackOf("preview"), (text) => text.replace('"authorizer_type": "JWT"', '"authorizer_type": "REQUEST"')),
    'authorizer_type: "REQUEST" is not of the base branch\'s handshake',
  ],
  [
    "a policy that nothing reads",
    "preview",
    () => put("synthesized/preview/authorizer-policy.json", "{}"),
    "synthesized/preview/authorizer-policy.json: a file that no synthesis writes",
  ],
  [
    "a zip that nothing runs",
    "preview",
    () => put(`cdktf.out/stacks/preview/${ARCHIVE}`, ""),
    "authorizer.zip: a file that no synthesis writes",
  ],
  [
    "another Envoy configuration than people review",
    "preview",
    () => edit("synthesized/preview/envoy-orders.yaml", (text) => `${text}# harmless\n`),
    "synthesized/preview/envoy-orders.yaml: differs from cdktf.out/stacks/preview/cdk.tf.json",
  ],
  [
    "another policy of Envoy than config gives",
    "preview",
    () => edit(POLICY, (text) => text.replace('"clockSkewSeconds": 5', '"clockSkewSeconds": 4')),
    `${POLICY}: differs from what the config gives`,
  ],
  ["no policy of Envoy", "preview", () => rmSync(join(artefact, POLICY)), `${POLICY}: is missing`],
  [
    "a policy of Envoy where none runs",
    "dev",
    () => put("synthesized/dev/envoy-policy.json", "{}"),
    "synthesized/dev/envoy-policy.json: a file that no synthesis writes",
  ],
  [
    "an Envoy configuration that cannot be reviewed",
    "preview",
    () => rmSync(join(artefact, "synthesized/preview/envoy-orders.yaml")),
    "envoy-orders.yaml is not in the artefact",
  ],
  [
    "an Envoy configuration of no service",
    "preview",
    () => put("synthesized/preview/envoy-other.yaml", ""),
    "synthesized/preview/envoy-other.yaml: a file that no synthesis writes",
  ],
  [
    "an Envoy configuration that is none",
    "preview",
    () => edit(stackOf("preview"), (text) => text.replace(/("--config-yaml",\s*")\{/, "$1")),
    "holds an Envoy configuration that cannot be read",
  ],
])("%s is refused, and nothing is written", (_, environment, spoil, message) => {
  spoil();
  const { code, error } = adopt(environment);
  expect({ code, error }).toEqual({ code: 1, error: expect.stringContaining(message) });
  expect(base.has(stackOf(environment))).toBe(false);
});

/** Upload of a branch that gives one environment the stack of another, and keeps the other files. */
function takeStack(from: string, to: string): void {
  for (const [source, target] of [
    [stackOf(from), stackOf(to)],
    [`synthesized/${from}/main.tf.json`, `synthesized/${to}/main.tf.json`],
  ] as const) {
    cpSync(join(original, source), join(artefact, target));
  }
}
