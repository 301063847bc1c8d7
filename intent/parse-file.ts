import type { Origin } from "./located";
import { readText } from "./read";
import { reservedTexts } from "./reserved-texts";
import { type ParsedFile, parseYaml } from "./yaml";

/** @param file as problems name it: `config/base.yaml`, whatever the folder is called */
export function parseFile(configDir: string, file: string): ParsedFile {
  const read = readText(configDir, file.replace(/^config\//, ""));
  if (!("text" in read)) return { findings: [{ origin: topOf(file), path: [], ...read }] };
  const { tree, findings } = parseYaml(file, read.text);
  return tree === undefined ? { findings } : { tree, findings: [...findings, ...reservedTexts(tree)] };
}

/** Where a fault stands that is no line's. */
export function topOf(file: string): Origin {
  return { file, line: 1, column: 1 };
}
