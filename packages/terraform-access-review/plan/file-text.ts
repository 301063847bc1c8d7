import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** Measured: larger chunks leave V8's space for new objects, and stay in memory for longer. */
const CHUNK_BYTES = 64 * 1024;

/** The text of a UTF-8 file in chunks. Throws the error of the file system. */
export function* textOf(file: string): Generator<string> {
  const descriptor = openSync(file, "r");
  try {
    const decoder = new StringDecoder("utf8");
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      yield decoder.write(chunk.subarray(0, length));
    }
    yield decoder.end();
  } finally {
    closeSync(descriptor);
  }
}
