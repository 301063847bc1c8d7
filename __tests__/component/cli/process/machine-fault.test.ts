import { ProjectCopy } from "../../../support/command";
import { full, mounting, READ_ONLY, under } from "../../../support/mounts";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

mounting("a read-only checkout is one path and a remedy, no trace", () => {
  for (const args of [["synth"], ["plan", "dev"]]) {
    const { code, error } = under(project, READ_ONLY, ...args);
    expect({ code, lines: error.trim().split("\n").length }).toEqual({ code: 64, lines: 2 });
    expect(error).toMatch(new RegExp(`^${project.folder}/\\S+: .*read-only.* \\((EROFS|ENOENT), \\w+\\)\\n`));
  }
});

mounting("a full disk is one path and a remedy, no trace; nothing half-written is left", () => {
  const { code, error } = under(project, full("synthesized"), "synth", "dev");
  expect({ code, lines: error.trim().split("\n").length }).toEqual({ code: 64, lines: 2 });
  expect(error).toContain(`${project.path("synthesized/dev/")}`);
  expect(error).toContain("no space is left on its file system (ENOSPC, write)");
  const bundle = under(project, `rm -f .build/*.js .build/*.js.json; ${full(".build")}`, "synth", "dev");
  expect(bundle.code).toBe(64);
  expect(bundle.error).not.toMatch(/^\s+at /m);
});
