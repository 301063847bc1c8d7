import { ALLOWANCES_FILE, BASE_FILE, BOOTSTRAP_FILE, EXPECTATIONS_FILE, IMPORTS_FILE } from "./environments";
import type { Origin } from "./located";
import { readText } from "./read";
import { reservedTexts } from "./reserved-texts";
import { type ParsedFile, parseYaml } from "./yaml";

/** @param file as problems name it: `config/base.yaml`, whatever the folder's name */
export function parseFile(configDir: string, file: string): ParsedFile {
  const read = readText(configDir, file.replace(/^config\//, ""));
  if (!("text" in read)) return { findings: [{ origin: topOf(file), path: [], ...read }] };
  const { tree, findings } = parseYaml(file, read.text, EMPTY[file]);
  return tree === undefined ? { findings } : { tree, findings: [...findings, ...reservedTexts(tree)] };
}

/** Remedies for an empty file. An environment without overrides must be written as {}. */
const EMPTY: Readonly<Record<string, string>> = {
  [BASE_FILE]: "write what all environments share, as in `name: storefront`",
  [ALLOWANCES_FILE]: "remove the file, or write environments and lists of their allowances",
  [EXPECTATIONS_FILE]: "remove the file, or write environments, or all, and lists of their expectations",
  [IMPORTS_FILE]: "remove the file, or write environments and what they import",
  [BOOTSTRAP_FILE]: "write repository and environments, or remove the file: then no pipeline deploys",
};

/** Place of a fault that concerns no single line. */
export function topOf(file: string): Origin {
  return { file, line: 1, column: 1 };
}
