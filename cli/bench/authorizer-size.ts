import { statSync } from "node:fs";
import { join } from "node:path";
import { BUILD } from "../process/project";
import type { Benchmark } from "./benchmark";
import type { Figure } from "./figure";
import { askNode } from "./node-process";
import { NotMeasured } from "./not-measured";

/** What `bundle-parts.cjs` writes. */
export interface BundleParts {
  readonly bytes: number;
  readonly inputs: readonly { readonly path: string; readonly bytes: number }[];
}

/** In kB: Lambda loads, and V8 compiles, all of it before the first answer. */
const AIM = 30;

/** The packages that the function is made of. Anything else from `node_modules/` is "other". */
const PACKAGES = ["aws4fetch"];

/** What goes into the function, minified. */
export const authorizerSize: Benchmark = {
  name: "size",
  title: "size: the authorizer's bundle, minified, in parts",
  measure: () => {
    const parts = askNode<BundleParts>("bundle-parts.cjs", ["authorizer"], process.env);
    const deployed = statSync(join(BUILD, "authorizer.mjs")).size;
    if (deployed !== parts.bytes) {
      throw new NotMeasured(`the deployed bundle has ${deployed} bytes, the measured one ${parts.bytes}`);
    }
    return sizeFigures(parts);
  },
};

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

/** `aws4fetch` or `@scope/name`, of the innermost `node_modules/`; undefined for the project's own files. */
function packageOf(path: string): string | undefined {
  const folders = path.split("/");
  const [scope, name] = folders.slice(folders.lastIndexOf("node_modules") + 1);
  if (!folders.includes("node_modules")) return undefined;
  return scope?.startsWith("@") ? `${scope}/${name}` : scope;
}
