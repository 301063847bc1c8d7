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
  const own = inputs.filter(({ path }) => !path.split("/").includes("node_modules"));
  const ownBytes = own.reduce((total, input) => total + input.bytes, 0);
  return [
    { ...kilobytes("whole bundle", bytes), aim: { value: AIM } },
    kilobytes("  own code", ownBytes),
    kilobytes("  other: packages, imports, what esbuild adds", bytes - ownBytes),
  ];
}

function kilobytes(what: string, bytes: number): Figure {
  return { what, unit: "kB", measured: bytes / 1000 };
}
