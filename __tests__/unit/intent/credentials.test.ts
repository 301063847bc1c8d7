import { formatProblem } from "../../../intent/model/problem";
import { BASE, DEV, loadFiles } from "../../support/config-folder";
import { SAMPLES } from "../../support/credentials";
import { testAll } from "../../support/test-all";

const [TOKEN = ""] = SAMPLES["github-token"] ?? [];
const [URL = ""] = SAMPLES["url-password"] ?? [];

const problemsOf = (files: Readonly<Record<string, string>>) => {
  const result = loadFiles({ "base.yaml": BASE, "dev.yaml": DEV, ...files });
  return result.ok ? [] : result.problems;
};
const variable = (value: string) => `services:\n  orders:\n    environment:\n      X: "${value}"\n`;
const allowing = (address: string, rule = "credential") =>
  `dev: [{ rule: ${rule}, address: ${address}, reason: a token of a test server, owner: platform@example.com }]\n`;

testAll(Object.entries(SAMPLES))("%s is an error at its line, which does not quote it", (kind, samples) => {
  const [sample = ""] = samples.filter((each) => !each.includes('"'));
  const [problem, ...others] = problemsOf({ "dev.yaml": `${DEV}${variable(sample)}` });
  expect([others, problem]).toEqual([[], expect.objectContaining({ file: "config/dev.yaml", line: 5 })]);
  const text = problem ? formatProblem(problem) : "";
  expect(text).toContain(`(${kind})`);
  expect(text).not.toContain(sample);
});

testAll<[string, Readonly<Record<string, string>>, string]>([
  ["the base file", { "base.yaml": `${BASE}tags: { x: "${TOKEN}" }\n` }, "config/base.yaml"],
  ["a comment", { "dev.yaml": `${DEV}# old: ${TOKEN}\n` }, "config/dev.yaml"],
  ["a key that the schema does not know", { "dev.yaml": `${DEV}${TOKEN}: 1\n` }, "config/dev.yaml"],
  ["expectations", { "expectations.yaml": `# ${TOKEN}\nall: []\n` }, "config/expectations.yaml"],
])("a credential in %s is found, and no message quotes it", (_, files, file) => {
  const found = problemsOf(files);
  expect(found.map((each) => each.file)).toContain(file);
  expect(found.map(formatProblem).join("\n")).not.toContain(TOKEN);
});

const KEY = "AKIAQ4ZJ7W2MXLTB5VNR";
testAll<[string, string, string]>([
  ["an escaped letter", `"\\x41${KEY.slice(1)}"`, "aws-access-key"],
  ["an escaped letter by its code point", `"\\u0041${KEY.slice(1)}"`, "aws-access-key"],
  ["a line that goes on", `"${KEY.slice(0, 9)}\\\n        ${KEY.slice(9)}"`, "aws-access-key"],
  ["an escaped slash", `"postgres:\\/\\/orders:pass1word@db.example.com/orders"`, "url-password"],
  ["a folded header of a key", `>-\n        -----BEGIN\n        RSA PRIVATE KEY-----`, "private-key"],
])("a credential is found in another spelling: %s", (_, value, kind) => {
  const dev = `${DEV}services:\n  orders:\n    environment:\n      X: ${value}\n`;
  const found = problemsOf({ "dev.yaml": dev });
  expect(found.map(({ file, message }) => [file, /\(([\w-]+)\)/.exec(message)?.[1]])).toEqual([
    ["config/dev.yaml", kind],
  ]);
  expect(found.map(formatProblem).join("\n")).not.toMatch(/Q4ZJ7W2M|pass1word/);
});

test("an error of another rule does not quote a password, and is the only one at its line", () => {
  const found = problemsOf({ "dev.yaml": `${DEV}issuers: { partner: { issuer: "${URL}" } }\n` });
  expect(found).toHaveLength(1);
  expect(found.map(formatProblem).join("\n")).not.toContain("pass1word");
});

test("an allowance names file and kind, and one that nothing needs is an error", () => {
  const dev = `${DEV}${variable(TOKEN)}`;
  expect(problemsOf({ "dev.yaml": dev, "allowances.yaml": allowing("dev.github-token") })).toEqual([]);
  expect(
    problemsOf({ "dev.yaml": dev, "allowances.yaml": allowing("dev.jwt") })
      .map(({ file }) => file)
      .sort(),
  ).toEqual(["config/allowances.yaml", "config/dev.yaml"]);
  expect(problemsOf({ "allowances.yaml": allowing("dev.github-token") }).map(({ file }) => file)).toEqual([
    "config/allowances.yaml",
  ]);
});

test("a random text is a warning that does not quote it, and can be allowed", () => {
  const random = "wJalrXUtnFEMI0K7MDENGbPxRfiCYzz9";
  const warnings = (allowances = {}) => {
    const result = loadFiles({ "base.yaml": BASE, "dev.yaml": `${DEV}${variable(random)}`, ...allowances });
    return result.ok ? result.warnings.get("dev") : result.problems;
  };
  expect(warnings()).toEqual([
    expect.stringMatching(/services\.orders\.environment\.X .*\n.*rule maybe-credential, address services\.orders$/),
  ]);
  expect(String(warnings())).not.toContain(random);
  expect(warnings({ "allowances.yaml": allowing("services.orders", "maybe-credential") })).toEqual([]);
});
