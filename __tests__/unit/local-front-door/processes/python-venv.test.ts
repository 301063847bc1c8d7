import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepFolder } from "../../../../packages/local-front-door/processes/python-venv.cjs";

const parent = mkdtempSync(join(tmpdir(), "front-door-kept-"));
afterAll(() => rmSync(parent, { recursive: true }));

function made(name: string, text: string): string {
  mkdirSync(join(parent, name));
  writeFileSync(join(parent, name, "file"), text);
  return join(parent, name);
}

const textIn = (folder: string) => readFileSync(join(folder, "file"), "utf8");

test("a complete folder replaces earlier versions, and nothing else", () => {
  for (const name of ["moto-1", "envoy-1"]) made(name, "old");
  const kept = join(parent, "moto-2");
  keepFolder(made("draft-moto-7", "new"), kept, "moto-");
  expect([readdirSync(parent).sort(), textIn(kept)]).toEqual([["envoy-1", "moto-2"], "new"]);
});

test("the second of two processes keeps the first one's folder, which may be in use", () => {
  const kept = join(parent, "moto-2");
  keepFolder(made("draft-moto-8", "newer"), kept, "moto-");
  expect([readdirSync(parent).sort(), textIn(kept)]).toEqual([["envoy-1", "moto-2"], "new"]);
});

test("any other reason that prevents the move is an error", () => {
  expect(() => keepFolder(join(parent, "gone"), join(parent, "moto-3"), "moto-")).toThrow("ENOENT");
});
