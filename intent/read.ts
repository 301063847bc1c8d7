import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type FileText = { readonly text: string } | { readonly message: string; readonly remedy: string };

/** Names of the files in the config folder, or undefined when there is no such folder. */
export function listFiles(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

/** A file as text: UTF-8, with or without a byte order mark. */
export function readText(folder: string, file: string): FileText {
  try {
    return decode(readFileSync(join(folder, file)));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "an error";
    return { message: `got ${code}, expected a readable file`, remedy: "check that it exists and may be read" };
  }
}

function decode(bytes: Uint8Array): FileText {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { message: "got bytes that are not UTF-8, expected UTF-8 text", remedy: "save the file as UTF-8" };
  }
}
