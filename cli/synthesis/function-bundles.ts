import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** By file name, `authorizer.mjs`: the bundles that functions are zipped from. */
export type FunctionBundles = Readonly<Record<string, Uint8Array>>;

let bundles: FunctionBundles = {};

/** Takes what `cli/bundle/build.cjs` has checked or made: the very bytes, whatever becomes of the files in `.build/`. */
export function useFunctionBundles(given: FunctionBundles): void {
  bundles = given;
}

/** Writes them into a folder of a synthesis, where its archives are made too. */
export function layFunctionBundles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(bundles)) writeFileSync(join(folder, name), bytes);
}
