import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";

jest.setTimeout(60_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());
const write = (text: string) => writeFileSync(project.path("config/expectations.yaml"), text);
const ledger = () => readFileSync(project.path("synthesized/dev/access.md"), "utf8");

const BROKEN = "dev:\n  - who: customers/web\n    mayNot: { call: POST /orders }\n";

test.each([["synth"], ["synth", "--check"], ["app"]])(
  "a broken expectation stops %s, and changes no file",
  (...args) => {
    const before = ledger();
    write(BROKEN);
    const { code, error } = project.run(args, { CDKTF_OUTDIR: project.path("out") });
    expect([code, error]).toEqual([1, expect.stringContaining("config/expectations.yaml:2:5")]);
    expect([ledger(), existsSync(project.path("out", "stacks"))]).toEqual([before, false]);
  },
);

test("access.md lists the expectations, and the schema for editors is generated", () => {
  write(BROKEN.replace("mayNot", "may"));
  expect(project.run(["synth", "dev"])).toMatchObject({ code: 0 });
  expect(ledger()).toContain("\n- customers/web may call POST /orders\n");
  expect(project.run(["generate"]).out).toContain("config/expectations.schema.json");
});
