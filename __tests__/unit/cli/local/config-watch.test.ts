import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { configState, watchConfig } from "../../../../cli/local/local";

const folder = mkdtempSync(join(tmpdir(), "config-"));
const file = join(folder, "base.yaml");
const other = join(folder, "below/dev.json");
mkdirSync(join(folder, "below"));
writeFileSync(file, "0");
writeFileSync(other, "0");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How editors and people save a file. */
const SAVES: Readonly<Record<string, (path: string, text: string) => void>> = {
  "in place": writeFileSync,
  "emptied first": (path, text) => {
    writeFileSync(path, "");
    writeFileSync(path, text);
  },
  "a temporary file renamed over it": (path, text) => {
    writeFileSync(join(folder, "sedXyz"), text);
    renameSync(join(folder, "sedXyz"), path);
  },
  "moved to a backup, then written": (path, text) => {
    renameSync(path, `${path}~`);
    writeFileSync(path, text);
  },
  "removed, then written": (path, text) => {
    rmSync(path);
    writeFileSync(path, text);
  },
  "with a swap file": (path, text) => {
    writeFileSync(join(folder, ".base.yaml.swp"), "");
    writeFileSync(path, text);
    rmSync(join(folder, ".base.yaml.swp"));
  },
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

/** Counts the calls of a watch. */
function counter(since: string) {
  const counted = { calls: 0 };
  const changed = async () => {
    counted.calls += 1;
  };
  return { counted, unwatch: watchConfig(folder, since, changed, 2) };
}

test.each(Object.entries(SAVES))("each save is seen, again and again: %s", async (_, save) => {
  const { counted, unwatch } = counter(configState(folder));
  for (const [index, path] of [file, file, other, file].entries()) {
    save(path, String(index));
    await until(() => counted.calls > index);
  }
  await unwatch();
});

test("a change before the watch began, and the removal of the folder, are changes; other files are none", async () => {
  const before = configState(folder);
  writeFileSync(join(folder, "notes.txt"), "1");
  expect(configState(folder)).toBe(before);
  writeFileSync(file, "changed");
  const { counted, unwatch } = counter(before);
  await until(() => counted.calls === 1);
  rmSync(folder, { recursive: true });
  await until(() => counted.calls === 2);
  await unwatch();
});

test("calls do not overlap, and a change during a call causes one more", async () => {
  mkdirSync(folder);
  let [calls, most, inside] = [0, 0, 0];
  let end = () => {};
  const unwatch = watchConfig(
    folder,
    configState(folder),
    async () => {
      calls += 1;
      inside += 1;
      most = Math.max(most, inside);
      if (calls === 1)
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      inside -= 1;
    },
    2,
  );
  writeFileSync(file, "1");
  await until(() => calls === 1);
  writeFileSync(file, "22");
  await sleep(20);
  end();
  await until(() => calls === 2);
  await unwatch();
  expect([calls, most]).toEqual([2, 1]);
});
