import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, AssetType, TerraformStack } from "cdktf";
import { unzipSync } from "fflate";
import { OwnAsset } from "../../../../cli/synthesis/own-asset";
import { ownAssets } from "../../../../cli/terraform/assets";
import { testWhere } from "../../../support/describe-where";
import { WINDOWS } from "../../../support/windows";

let folder: string;
let code: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "assets-"));
  code = join(folder, "code");
  mkdirSync(join(code, "lib"), { recursive: true });
  writeFileSync(join(code, "index.mjs"), "export const handler = 1;");
  writeFileSync(join(code, "lib", "a.txt"), "a");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Synthesizes a stack with one asset. */
function synthesized(type?: AssetType, path = code, assetHash?: string) {
  const draft = mkdtempSync(join(folder, "draft-"));
  const app = new App({ outdir: join(draft, "out") });
  const asset = new OwnAsset(new TerraformStack(app, "dev"), "code", { path, type, assetHash });
  app.synth();
  return { path: asset.path, files: ownAssets(join(draft, "out", "stacks", "dev")) };
}

const AT = /^assets\/code\/[0-9a-f]{64}/;

test("a folder becomes an archive with the same bytes, whatever the times of its files", () => {
  const { path, files } = synthesized(AssetType.ARCHIVE);
  expect(path.replace(AT, "")).toBe("/archive.zip");
  expect([...files.keys()]).toEqual([path]);
  const zip = files.get(path) ?? new Uint8Array();
  expect(Object.keys(unzipSync(zip))).toEqual(["index.mjs", "lib/a.txt"]);
  utimesSync(join(code, "index.mjs"), 0, 0);
  expect(synthesized(AssetType.ARCHIVE)).toEqual({ path, files });
});

test("a file and a folder keep their names", () => {
  const file = synthesized(undefined, join(code, "index.mjs"));
  expect([file.path.replace(AT, ""), [...file.files.keys()]]).toEqual(["/index.mjs", [file.path]]);
  const tree = synthesized();
  expect([...tree.files.keys()].map((each) => each.slice(tree.path.length))).toEqual(["/index.mjs", "/lib/a.txt"]);
});

test.each<[string, () => void]>([
  ["content", () => writeFileSync(join(code, "lib", "a.txt"), "b")],
  ["name", () => writeFileSync(join(code, "lib", "b.txt"), "")],
])("another %s gives another path, so a plan shows it", (_, change) => {
  const paths = () => [synthesized(AssetType.ARCHIVE).path, synthesized().path];
  const before = paths();
  change();
  expect(paths().filter((path) => before.includes(path))).toEqual([]);
});

testWhere(WINDOWS)("everybody may read each file, and run what its owner may run", () => {
  const path = join(code, "index.mjs");
  chmodSync(path, 0o700);
  const { files, path: at } = synthesized(AssetType.ARCHIVE);
  const zip = Buffer.from(files.get(at) ?? []);
  // External attributes of the entries in the central directory, each behind its signature.
  const entries = zip.toString("latin1").split("PK\u0001\u0002").slice(1);
  const modes = entries.map((entry) => Buffer.from(entry, "latin1").readUInt16LE(36));
  expect(modes).toEqual([0o755, 0o644]);
});

test.each<[string, () => void, RegExp]>([
  [
    "a credential",
    () => writeFileSync(join(code, "k"), `AKIA${"A2".repeat(8)}`),
    /code\/k has a credential \(aws-access-key\)/,
  ],
  ["a file for secrets", () => writeFileSync(join(code, ".env"), ""), /code\/\.env may hold secrets/],
])("%s is refused", (_, spoil, message) => {
  spoil();
  for (const type of [AssetType.ARCHIVE, AssetType.DIRECTORY]) expect(() => synthesized(type)).toThrow(message);
});

testWhere(WINDOWS)("a link within the folder counts as its file, and any other is refused", () => {
  symlinkSync("index.mjs", join(code, "same.mjs"));
  expect([...synthesized().files.values()].map((bytes) => Buffer.from(bytes).toString())).toContain("a");
  expect(synthesized().files.size).toBe(3);
  symlinkSync(join(folder, "elsewhere"), join(code, "out"));
  writeFileSync(join(folder, "elsewhere"), "");
  expect(() => synthesized()).toThrow("code/out is a link to elsewhere");
});

test("a missing folder and a path that does not follow from the content are refused", () => {
  expect(() => synthesized(AssetType.ARCHIVE, join(folder, "none"))).toThrow("none does not exist");
  expect(() => synthesized(AssetType.ARCHIVE, code, "v1")).toThrow("got assetHash, expected none");
});

test("an asset whose content has another digest than its path is no asset of the stack", () => {
  const stack = join(folder, "stack");
  const written = synthesized(AssetType.ARCHIVE);
  const path = join(stack, written.path);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, written.files.get(written.path) ?? "");
  expect([...ownAssets(stack).keys()]).toEqual([written.path]);
  writeFileSync(path, `${readFileSync(path, "latin1")}x`);
  expect([existsSync(path), ownAssets(stack).size]).toEqual([true, 0]);
});
