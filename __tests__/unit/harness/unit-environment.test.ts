import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ROOT } from "../../support/places";

test("a unit test cannot read the repository's config or synthesized files", () => {
  for (const name of ["config", "synthesized"]) {
    const path = join(ROOT, name);
    expect(() => readdirSync(path)).toThrow(`a unit test read ${path}:`);
    expect(() => existsSync(join(path, "dev.yaml"))).toThrow("a unit test read ");
    expect(() => readFileSync(join(path, "dev.yaml"), "utf8")).toThrow("a unit test read ");
  }
  expect(existsSync(join(ROOT, "__tests__/fixtures/shop/config"))).toBe(true);
});

test("a unit test cannot start a process or open a socket", () => {
  expect(() => spawnSync("true")).toThrow("a unit test called spawnSync:");
  expect(() => createServer().listen(0)).toThrow("a unit test called listen:");
});
