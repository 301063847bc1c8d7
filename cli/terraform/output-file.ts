import { randomUUID } from "node:crypto";
import { fstatSync, openSync, readSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A file without a name for the output of another program, which can contain secrets. A pipe would end the program at
 * its next line if this one is killed.
 */
export class OutputFile {
  /** For the other program. The caller closes it. */
  readonly descriptor: number;
  private at = 0;
  private begun: Buffer = Buffer.alloc(0);

  constructor() {
    const path = join(tmpdir(), `front-door-output-${randomUUID()}`);
    this.descriptor = openSync(path, "ax+", 0o600);
    unlinkSync(path);
  }

  /** The lines that were completed since the last call. */
  lines(): readonly string[] {
    const text = this.read();
    const end = text.lastIndexOf("\n") + 1;
    this.begun = text.subarray(end);
    return end === 0 ? [] : text.toString("utf8", 0, end - 1).split("\n");
  }

  /** Everything since the last line that `lines` returned. */
  rest(): string {
    return this.read().toString("utf8");
  }

  private read(): Buffer {
    const added = Buffer.alloc(fstatSync(this.descriptor).size - this.at);
    // By position, because both programs share the descriptor's own.
    const count = readSync(this.descriptor, added, 0, added.length, this.at);
    this.at += count;
    const text = Buffer.concat([this.begun, added.subarray(0, count)]);
    this.begun = Buffer.alloc(0);
    return text;
  }
}
