import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../support/places";

const { compare, declarations, isNewer } = require("../../../scripts/surface/compare.cjs");
const { report } = require("../../../scripts/surface/surface.cjs");
const { exportsOf } = require("../../../scripts/surface/types.cjs");

const CORS = ["gateway.cors", "gateway.cors: object", "gateway.cors.origins", "gateway.cors.origins: array"];
const OLDER = {
  "config key": [...CORS, "gateway.kind", 'gateway.kind: "http"', 'gateway.kind: "rest"'],
  command: ["front-door plan", "front-door plan environment"],
  required: ["front-door plan <environment>"],
};

const breaksOf = (newer: object) => compare(OLDER, { ...OLDER, ...newer }, []).breaks;

describe("what breaks", () => {
  test("nothing, if nothing changed", () => {
    expect(compare(OLDER, OLDER, [])).toEqual({ added: [], breaks: [], unused: [] });
  });

  test("nothing, if something is added, which is named without what it contains", () => {
    const keys = [...OLDER["config key"], "gateway.waf", "gateway.waf: object", "gateway.waf.mode"];
    expect(compare(OLDER, { ...OLDER, "config key": keys, alarm: ["errors"] }, [])).toEqual({
      added: [
        { kind: "alarm", id: "errors" },
        { kind: "config key", id: "gateway.waf" },
      ],
      breaks: [],
      unused: [],
    });
  });

  test("what was removed, without what it contained", () => {
    const rest = OLDER["config key"].filter((id) => !CORS.includes(id));
    expect(breaksOf({ "config key": rest })).toEqual([{ kind: "config key", id: "gateway.cors" }]);
    expect(breaksOf({ command: undefined })).toEqual([{ kind: "command", id: "front-door plan" }]);
  });

  test("a value that an enumeration lost, unless any text is a value now", () => {
    const fewer = OLDER["config key"].filter((id) => !id.includes("rest"));
    expect(breaksOf({ "config key": fewer })).toEqual([{ kind: "config key", id: 'gateway.kind: "rest"' }]);
    expect(breaksOf({ "config key": [...CORS, "gateway.kind", "gateway.kind: string"] })).toEqual([]);
  });

  test("another type", () => {
    const other = OLDER["config key"].map((id) => id.replace("array", "string"));
    expect(breaksOf({ "config key": other })).toEqual([{ kind: "config key", id: "gateway.cors.origins: array" }]);
  });

  test("what is required now, unless it belongs to something new", () => {
    const required = [...OLDER.required, "gateway.cors: object headers", "front-door trace <id>"];
    expect(breaksOf({ required })).toEqual([{ kind: "required", id: "gateway.cors: object headers" }]);
    expect(breaksOf({ required: [] })).toEqual([]);
  });
});

test("a declared break has its remedy, and a declaration without a break is reported", () => {
  const at = { version: "0.2.0", kind: "config key", id: "gateway.kind", remedy: "Remove it." };
  const unused = { ...at, id: "gateway.cors" };
  expect(compare(OLDER, { ...OLDER, "config key": CORS }, [at, unused])).toEqual({
    added: [],
    breaks: [{ kind: "config key", id: "gateway.kind", remedy: "Remove it." }],
    unused: [unused],
  });
});

test("an undeclared break and an unused declaration fail, and a declared break does not", () => {
  const printed = ["log", "error"].map((name) => jest.spyOn(console, name as "log").mockImplementation(() => {}));
  const nothing = { added: [], breaks: [], unused: [] };
  const at = { kind: "command", id: "front-door plan" };
  expect(report(nothing, "")).toBe(0);
  expect(report({ ...nothing, added: [at], breaks: [{ ...at, remedy: "Leave it out." }] }, "")).toBe(0);
  expect(report({ ...nothing, breaks: [at] }, "")).toBe(1);
  expect(report({ ...nothing, unused: [at] }, "")).toBe(1);
  const lines = printed.flatMap(({ mock }) => mock.calls.flat() as string[]);
  expect(lines).toContainEqual(expect.stringMatching(/^break: command: front-door plan\n {4}keep it, or declare it/));
  expect(lines).toContainEqual("declared break: command: front-door plan\n    users: Leave it out.");
  for (const each of printed) each.mockRestore();
});

test("versions are compared by number", () => {
  expect([isNewer("0.10.0", "0.9.0"), isNewer("0.9.0", "0.10.0"), isNewer("1.0.0", "1.0.0")]).toEqual([
    true,
    false,
    false,
  ]);
});

describe("declared breaks", () => {
  test("a row without its four cells is an error", () => {
    expect(() => declarations("# head\n0.2.0\tcommand\tfront-door plan\n")).toThrow("row 1");
    expect(() => declarations("next\tcommand\tfront-door plan\tLeave it out.\n")).toThrow("row 1");
  });

  test("the changelog names each one, under its version or as unreleased", () => {
    const [, ...sections] = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8").replaceAll(/\s+/g, " ").split(" ## [");
    const rows = declarations(readFileSync(join(ROOT, "scripts/surface/breaks.tsv"), "utf8"));
    const missing = rows.filter(({ version, id }: { version: string; id: string }) => {
      const own = sections.filter((section) => section.startsWith(`${version}]`) || section.startsWith("Unreleased]"));
      return !own.some((section) => section.includes(id));
    });
    expect(rows).not.toEqual([]);
    expect(missing).toEqual([]);
  });
});

describe("exports", () => {
  const folder = mkdtempSync(join(tmpdir(), "front-door-surface-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("are names, public members and signatures, from the file that declares them", () => {
    const files = {
      index: 'export { type Door, open as openDoor } from "./lib/door";\nexport type { Frame } from "./door";\n',
      "lib/door":
        'import type { Door } from "../door";\nexport type { Door };\nexport declare function open(): Door;\n',
      door: `export declare class Door extends Base {
        /** How wide. */
        readonly width: number;
        private readonly key;
        get name(): string;
      }
      export interface Frame { readonly colour?: string; }\n`,
    };
    writeFileSync(join(folder, "index.d.ts"), files.index);
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "lib/door.d.ts"), files["lib/door"]);
    writeFileSync(join(folder, "door.d.ts"), files.door);
    expect(exportsOf(join(folder, "index.d.ts"))).toEqual([
      "Door",
      "Door: extends Base",
      "Door.width",
      "Door.width: number",
      "Door.name",
      "Door.name: (): string",
      "openDoor",
      "openDoor: declare function open(): Door",
      "Frame",
      "Frame.colour",
      "Frame.colour: optional string",
    ]);
  });
});
