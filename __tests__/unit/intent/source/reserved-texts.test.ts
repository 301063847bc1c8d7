import { reservedTexts } from "../../../../intent/source/parse-file";
import { BASE, DEV, problemsOf, shownFaults } from "../../../support/config-folder";
import { locate } from "../../../support/located-values";

const TOKEN = "${TfToken[TOKEN.0]}";

test("a text that cdktf would read as a reference is refused at its line, with a remedy", () => {
  expect(shownFaults(`services:\n  orders:\n    environment:\n      LOG_LEVEL: "${TOKEN}"\n`)).toEqual([
    `config/dev.yaml:5:7  services.orders.environment.LOG_LEVEL  got "${TOKEN}", expected text without TfToken[ (cdktf would read it as one of its own references)\n` +
      "    rewrite the text: there is no escape for it\n" +
      "    docs/reference/config.md#services.environment",
  ]);
});

test("it is also refused in lists and keys, and anywhere in a text", () => {
  const found = reservedTexts(
    locate({ list: ["a", { [`x${TOKEN}`]: 1 }], text: `a ${TOKEN} b`, other: ["${x}", "TfToken"] }),
  );
  expect(found.map(({ path }) => path)).toEqual([["list", 1, `x${TOKEN}`], ["text"]]);
});

test.each([
  ["allowances", `dev: [{ rule: no-wildcard-grant, address: aws_x.y, reason: "because ${TOKEN}", owner: me }]`],
  ["imports", `dev: { aws_x.y: "${TOKEN}" }`],
])("it is also refused in config/%s.yaml", (name, text) => {
  const problems = problemsOf({ "base.yaml": BASE, "dev.yaml": DEV, [`${name}.yaml`]: text });
  expect(problems.map(({ file, line, message }) => [file, line, message])).toEqual([
    [`config/${name}.yaml`, 1, expect.stringContaining("expected text without TfToken[")],
  ]);
});
