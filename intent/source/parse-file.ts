import { REFERENCE_MARK } from "../model/names";
import { ALLOWANCES_FILE, BASE_FILE, BOOTSTRAP_FILE, EXPECTATIONS_FILE, IMPORTS_FILE } from "./environments";
import { type Finding, show } from "./finding";
import { type Located, type Origin, walk } from "./located";
import { readText } from "./read";
import { type ParsedFile, parseYaml } from "./yaml";

/** @param file as problems name it: `config/base.yaml`, whatever the folder's name */
export function parseFile(configDir: string, file: string): ParsedFile {
  const read = readText(configDir, file.replace(/^config\//, ""));
  if (!("text" in read)) return { findings: [{ origin: topOf(file), path: [], ...read }] };
  const { text } = read;
  const known = parsed.get(file);
  if (known?.text === text) return known.parsed;
  const { tree, findings } = parseYaml(file, text, WHOLE_FILE[file]);
  const found = tree === undefined ? { findings } : { tree, findings: [...findings, ...reservedTexts(tree)] };
  parsed.set(file, { text, parsed: found });
  return found;
}

/** The last text of each file. A command asks for the lines of a config that it has just read. */
const parsed = new Map<string, { readonly text: string; readonly parsed: ParsedFile }>();

/** Whether a file has comments alone: `init` writes such a bootstrap, which a person completes later. */
export function isCommentsAlone(configDir: string, file: string): boolean {
  const read = readText(configDir, file.replace(/^config\//, ""));
  const lines = "text" in read ? read.text.split("\n") : [];
  return lines.some((line) => line.startsWith("#")) && lines.every((line) => /^\s*(#|$)/.test(line));
}

/** Remedies for a file that is empty or no map. An environment without overrides must be written as {}. */
const WHOLE_FILE: Readonly<Record<string, string>> = {
  [BASE_FILE]: "write what all environments share, as in `name: storefront`",
  [ALLOWANCES_FILE]: "write environments, each with a list of allowances below it, or remove the file",
  [EXPECTATIONS_FILE]: "write environments, or all, each with a list of expectations below it, or remove the file",
  [IMPORTS_FILE]: "write environments, each with what it imports below it, or remove the file",
  [BOOTSTRAP_FILE]: "write repository and environments, or remove the file: then no pipeline deploys",
};

/** Place of a fault that concerns no single line. */
export function topOf(file: string): Origin {
  return { file, line: 1, column: 1 };
}

/** Texts and keys that cdktf would treat as its own references. They cannot be escaped. */
export function reservedTexts(root: Located): Finding[] {
  return [...walk(root)].flatMap(({ node, path }) => {
    const key = path.at(-1);
    return [key, node.kind === "scalar" ? node.value : undefined].flatMap((text) => {
      if (typeof text !== "string" || !text.includes(REFERENCE_MARK)) return [];
      const message = `got ${show(text)}, expected text without ${REFERENCE_MARK} (cdktf would read it as one of its own references)`;
      return [{ origin: node.origin, path, message, remedy: "rewrite the text: there is no escape for it" }];
    });
  });
}
