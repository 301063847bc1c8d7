import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../support/command";
import { testWhere } from "../../support/describe-where";
import { NO_TERMINAL, seenOf } from "../../support/terminal";

const project = new ProjectCopy();
afterAll(() => project.remove());

const atTerminal = testWhere(NO_TERMINAL);

atTerminal(
  "at a terminal, a command first prints what it does, and then each long step before it begins",
  () => {
    for (const [args, first, steps] of [
      ["local dev --matrix", "local dev: run the front door", ["synthesizing dev", "dev: opening the front door"]],
      ["synth bootstrap-dev --check", "synth bootstrap-dev: turn config/", ["synthesizing bootstrap-dev"]],
    ] as const) {
      const lines = seenOf(project, args);
      expect(lines[0]).toContain(first);
      expect(lines.slice(1, 1 + steps.length)).toEqual(steps);
    }
  },
  60_000,
);

atTerminal(
  "at a terminal, a wait of more than two seconds is reported while it lasts, also if it blocks the program",
  () => {
    const tools = project.path("slow-tools");
    mkdirSync(tools);
    writeFileSync(join(tools, "aws"), "#!/bin/sh\nsleep 3\necho no credentials >&2\nexit 1\n", { mode: 0o755 });
    const environment = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
    // `revoke` blocks while it waits for `aws`, `trace` does not.
    for (const [args, step] of [
      ["revoke dev reporting-agent", "revoke dev reporting-agent"],
      ["trace dev --last-refused", "dev: reading the logs of both clouds"],
    ] as const) {
      const lines = seenOf(project, args, environment);
      expect(lines).toContainEqual(expect.stringMatching(`^${step}: \\d+ s$`));
    }
  },
  60_000,
);

atTerminal(
  "a source that has changed is announced before it is bundled, once",
  () => {
    const source = project.path("cli/synth/synth.ts");
    writeFileSync(source, `${readFileSync(source, "utf8")}\n// changed\n`);
    const announced = seenOf(project, "synth dev").filter((line) => line.startsWith("bundling"));
    expect(announced).toHaveLength(1);
  },
  60_000,
);

atTerminal(
  "the questions of init move the cursor, and print no escape",
  () => {
    const given =
      "--environments dev --aws-account 111122223333 --aws-region eu-west-1 --google-project shop-dev --google-region europe-west1 --issuer cognito --handshake federated --service hello --image us-docker.pkg.dev/cloudrun/container/hello:latest --core cdktf";
    const seen = seenOf(project, `init ${project.path("asked")} ${given}`, process.env, "shop\n").join("\n");
    expect(seen).toContain("\u001b[1G");
    expect(seen).toContain("name, which starts the name of every resource");
    expect(seen).not.toContain("\\u00");
    expect(readFileSync(project.path("asked/config/dev.yaml"), "utf8")).toContain("shop");
  },
  60_000,
);

test("prints only the outcome if a program reads standard error", () => {
  expect(project.run(["synth", "dev"])).toMatchObject({ code: 0, error: "" });
}, 60_000);
