import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectError, usageError } from "./process/command-error";
import { say } from "./process/progress";
import { PACKAGE, ROOT } from "./process/project";
import { runHere } from "./process/shell";
import { writeWhole } from "./process/write-files";

/**
 * The value of `cdktf` in package.json, by the name of the core. Both cores were tested with this program and these
 * providers.
 */
const CORES = { cdktf: "0.21.0", terrain: "npm:cdktn@0.24.0" } as const;

export type Core = keyof typeof CORES;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/**
 * `front-door core terrain|cdktf`: switches the project's core to CDK Terrain, the maintained fork of cdktf, or back to
 * cdktf. Installs it, and compares its synthesis with `synthesized/`. Restores package.json when the installation
 * fails.
 */
export function core(name: string): void {
  if (!isCore(name)) {
    const expected = Object.keys(CORES).join(" or ");
    throw usageError(`got the core ${JSON.stringify(name)}, expected ${expected}`);
  }
  const path = join(ROOT, "package.json");
  if (!existsSync(path)) throw usageError(`${path}: there is none`, "run this in the project");
  // A check that fails now would later look like a difference between the cores.
  if (!isSynthesisCurrent()) throw projectError(STALE, "renew it first, and try again; package.json was not changed");
  const before = readFileSync(path, "utf8");
  const after = `${JSON.stringify(withCore(JSON.parse(before), name), undefined, 2)}\n`;
  if (after !== before) {
    writeWhole(path, after);
    say(`installing ${CORES[name]}`);
    if (runHere("npm", "install", "--no-audit", "--no-fund") !== 0) {
      writeWhole(path, before);
      throw projectError("npm install failed, see above: package.json is as it was");
    }
  }
  if (isSynthesisCurrent()) {
    console.log(`the core is ${CORES[name]}: synthesized/ stays the same`);
    return;
  }
  throw projectError(
    `the core is ${CORES[name]}, and it changes synthesized/, see above`,
    "read the difference: npm run synth && git diff synthesized/",
  );
}

const STALE = "synth --check fails before the core changes, see above";

/** In a separate process, because this one has already loaded the previous core. */
function isSynthesisCurrent(): boolean {
  return runHere(process.execPath, join(PACKAGE, "cli", "run.cjs"), "synth", "--check") === 0;
}

export function isCore(name: string): name is Core {
  return Object.hasOwn(CORES, name);
}

/**
 * The override gives the providers' classes the same core. Two cores in one program cannot resolve each other's
 * references.
 */
export function withCore(manifest: Manifest, name: Core): Manifest {
  const kind = manifest.devDependencies?.cdktf === undefined ? "dependencies" : "devDependencies";
  const { overrides: all = {}, ...rest } = { ...manifest, [kind]: { ...manifest[kind], cdktf: CORES[name] } };
  const { cdktf: _, ...others } = all;
  const overrides = name === "cdktf" ? others : { ...others, cdktf: CORES[name] };
  return Object.keys(overrides).length === 0 ? rest : { ...rest, overrides };
}
