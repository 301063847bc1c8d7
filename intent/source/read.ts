import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export type FileText = { readonly text: string } | { readonly message: string; readonly remedy: string };

/** The design: maximum size of a config file, in bytes. A thousand routes take about 100 kB. */
const MOST_BYTES = 1_000_000;

/** Names of the files in the config folder, or undefined if the folder does not exist. */
export function listFiles(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

/** A file as text: UTF-8, with or without a byte order mark. At most `most` bytes. */
export function readText(folder: string, file: string, most = MOST_BYTES): FileText {
  try {
    const path = join(folder, file);
    const stat = statSync(path);
    // Reading a named pipe would block, and a device may never end.
    if (!stat.isFile() && !stat.isDirectory()) {
      return { message: "got a pipe, a socket or a device, expected a file", remedy: "put a file there" };
    }
    if (stat.size > most) {
      return {
        message: `got ${stat.size} bytes, expected at most ${most}`,
        remedy: "remove what does not belong there, or split the services over environments",
      };
    }
    return decode(readFileSync(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "an error";
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    const [got, remedy] = isMissing ? ["no file", "write it, or correct its name"] : [code, "let this user read it"];
    return { message: `got ${got}, expected a readable file`, remedy };
  }
}

function decode(bytes: Uint8Array): FileText {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { message: "got bytes that are not UTF-8, expected UTF-8 text", remedy: "save the file as UTF-8" };
  }
}
