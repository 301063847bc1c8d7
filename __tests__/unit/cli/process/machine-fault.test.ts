import * as files from "node:fs";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAULTS, machineFault, machineFaultIn, nameFiles } from "../../../../cli/process/machine-fault.cjs";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

const folder = mkdtempSync(join(tmpdir(), "front-door-fault-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "file"), "");

/** What Node throws, from the call itself where a test can provoke it. */
function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const made = (code: string, syscall: string, path?: string) => Object.assign(new Error("x"), { code, syscall, path });

describe("a fault of the machine is two lines: the path with the cause, and the remedy", () => {
  test.each(Object.keys(FAULTS).filter((name) => !["ENOENT uv_cwd", "EMFILE", "ENFILE"].includes(name)))(
    "%s",
    (name) => {
      const [code = "", syscall = "open"] = name.split(" ");
      const path = join(folder, "new", "x");
      const place = syscall === "mkdtemp" ? join(folder, "new") : path;
      const [why] = FAULTS[name] ?? [];
      const [first, second, ...more] = machineFault(made(code, syscall, path))?.split("\n") ?? [];
      expect([first, more]).toEqual([`${place}: ${why} (${code}, ${syscall})`, []]);
      expect(second).toMatch(/^ {4}\w/);
    },
  );

  test("the current folder has no path", () => {
    expect(machineFault(made("ENOENT", "uv_cwd"))).toMatch(/^the current folder: /);
  });

  const file = join(folder, "file");
  const refused: readonly (readonly [string, () => unknown, string])[] = [
    ["a file in the place of a folder", () => mkdirSync(file, { recursive: true }), file],
    ["a file in the place of a folder above", () => mkdirSync(join(file, "a", "b"), { recursive: true }), file],
    ["a file in the place of TMPDIR", () => mkdtempSync(join(file, "x-")), file],
    ["a file in the place of a folder to list", () => files.readdirSync(join(file, "a")), file],
    ["a missing TMPDIR", () => mkdtempSync(join(folder, "none", "x-")), join(folder, "none")],
    ["a folder in the place of a target", () => files.renameSync(file, folder), folder],
  ];
  // Windows has other codes for these.
  for (const [name, work, path] of refused) {
    testWhere(WINDOWS)(`${name} is the path that it names`, () => {
      expect(machineFault(thrown(work))).toMatch(new RegExp(`^${path}: `));
    });
  }

  test("only the folder of temporary files has TMPDIR as a remedy", () => {
    expect(machineFault(made("ENOSPC", "write", join(tmpdir(), "front-door-x", "y")))).toContain("TMPDIR");
    expect(machineFault(made("ENOSPC", "mkdtemp", join(tmpdir(), "front-door-x")))).toContain("TMPDIR");
    expect(machineFault(made("ENOSPC", "write", join(tmpdir(), "x")))).not.toContain("TMPDIR");
    expect(machineFault(made("ENOSPC", "write", join(process.cwd(), "x")))).not.toContain("TMPDIR");
  });
});

test.each(["open", "connect", "spawn /bin/sh", "listen", "scandir"])(
  "a limit on open files is a fault of the machine, whichever call meets it: %s",
  (syscall) => {
    for (const code of ["EMFILE", "ENFILE"]) {
      expect(machineFault({ code, syscall })).toMatch(new RegExp(`^this .* \\(${code}, ${syscall}\\)\n    `));
    }
  },
);

test("an error that is no fault of a file stays an error", () => {
  for (const error of [
    new Error("x"),
    undefined,
    made("ENOENT", "open", "/x"),
    made("EACCES", "connect"),
    made("EACCES", "spawn terraform"),
    { code: "ENOSPC" },
  ]) {
    expect(machineFault(error)).toBeUndefined();
  }
});

test("names the file of a write without space and of a folder that is read", () => {
  const full = made("ENOSPC", "write");
  const fs = {
    ...files,
    writeFileSync: () => {
      throw full;
    },
    appendFileSync: () => {
      throw full;
    },
  };
  nameFiles(fs);
  expect(thrown(() => (fs.writeFileSync as (path: string) => void)("/full/file"))).toMatchObject({
    path: "/full/file",
  });
  expect(thrown(() => fs.readFileSync(folder))).toMatchObject({ code: "EISDIR", path: folder });
  expect(fs.readFileSync(join(folder, "file"), "utf8")).toBe("");
});

test.each([
  ["Error: Failed to install provider: write /p/x_5.zip: no space left on device", "/p/x_5.zip", "ENOSPC"],
  ["open /p/.terraform/y: disk quota exceeded", "/p/.terraform/y", "EDQUOT"],
  ['mkdir "/p/z": read-only file system', "/p/z", "EROFS"],
  ["open /p/z: too many open files", "/p/z", "EMFILE"],
])("finds it in Terraform's own words: %s", (text, path, code) => {
  expect(machineFaultIn(text)).toMatch(new RegExp(`^${path}: .* \\(${code}\\)\\n {4}`));
});

test("a cloud's refusal is no fault of this machine", () => {
  for (const text of [
    "googleapi: Error 403: permission denied on //run.googleapis.com/projects/p: no space left on device",
    "AccessDenied: projects/p/secrets/s: permission denied",
    "the function ran out: no space left on device",
  ]) {
    expect(machineFaultIn(text)).toBeUndefined();
  }
});
