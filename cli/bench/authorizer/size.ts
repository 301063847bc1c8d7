import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { BUILD, PACKAGE } from "../../process/project";
import { type Benchmark, type Figure, NotMeasured } from "../measure/figure";

/** A bundle's size in bytes, and how many of them come from each input. */
export interface BundleParts {
  readonly bytes: number;
  readonly inputs: readonly { readonly path: string; readonly bytes: number }[];
}

/** In kB. Lambda loads, and V8 compiles, all of it before the first answer. */
const AIM = 30;

/** The packages that the function consists of. Anything else from `node_modules/` is "other". */
const PACKAGES = ["aws4fetch"];

/** The contents of the function, minified. */
export const authorizerSize: Benchmark = {
  name: "size",
  title: "size: the authorizer's bundle, minified, in parts",
  measure: () => {
    const parts = bundleParts("authorizer");
    const deployed = statSync(join(BUILD, "authorizer.mjs")).size;
    if (deployed !== parts.bytes) {
      throw new NotMeasured(`the deployed bundle has ${deployed} bytes, the measured one ${parts.bytes}`);
    }
    return sizeFigures(parts);
  },
};

/** Bundles one function as the build does. */
function bundleParts(name: string): BundleParts {
  // From their own files: in a bundle of packages, esbuild would not find its binary.
  const load = createRequire(__filename);
  const { buildSync } = load("esbuild") as typeof import("esbuild");
  const { functionOptions } = load(join(PACKAGE, "cli", "bundle", "options.cjs"));
  const { metafile } = buildSync({ ...functionOptions(name), write: false, metafile: true });
  const [output] = Object.values(metafile?.outputs ?? {});
  if (output === undefined) throw new NotMeasured(`esbuild made no bundle of ${name}`);
  const inputs = Object.entries(output.inputs).map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }));
  return { bytes: output.bytes, inputs };
}

export function sizeFigures({ bytes, inputs }: BundleParts): readonly Figure[] {
  const sum = (belongs: (path: string) => boolean) =>
    inputs.filter(({ path }) => belongs(path)).reduce((total, input) => total + input.bytes, 0);
  const own = sum((path) => packageOf(path) === undefined);
  const packages = PACKAGES.map((name) => ({ name, bytes: sum((path) => packageOf(path) === name) }));
  const named = packages.reduce((total, each) => total + each.bytes, own);
  return [
    { ...kilobytes("whole bundle", bytes), aim: { value: AIM } },
    kilobytes("  own code", own),
    ...packages.map((each) => kilobytes(`  ${each.name}`, each.bytes)),
    kilobytes("  other: packages, imports, what esbuild adds", bytes - named),
  ];
}

function kilobytes(what: string, bytes: number): Figure {
  return { what, unit: "kB", measured: bytes / 1000 };
}

/**
 * Package name, such as `aws4fetch` or `@scope/name`, of the innermost `node_modules/`; undefined for the project's own
 * files.
 */
function packageOf(path: string): string | undefined {
  const folders = path.split("/");
  const [scope, name] = folders.slice(folders.lastIndexOf("node_modules") + 1);
  if (!folders.includes("node_modules")) return undefined;
  return scope?.startsWith("@") ? `${scope}/${name}` : scope;
}
