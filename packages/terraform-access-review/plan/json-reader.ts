/** The kept part of a value: all, nothing, or its fields or items, each of which is parsed separately. */
export type Kept = "all" | "nothing" | { readonly fields: KeptFields } | { readonly items: Kept };

/** A field that is not listed is kept by name only. */
export type KeptFields = Readonly<Record<string, Kept>>;

/** Thrown for text that `JSON.parse` refuses. Does not quote the text, which may contain secrets. */
export class JsonError extends Error {
  /**
   * @param position of the first invalid character, from 0, or of the end; undefined if `JSON.parse` does not report it
   * @param start the first characters of the text, without leading space
   */
  constructor(
    readonly position: number | undefined,
    readonly start: string,
  ) {
    super("not JSON");
    this.name = "JsonError";
  }
}

/** Up to a bracket, or to a string that has escapes or continues in the next chunk. The limit bounds backtracking. */
const OUTSIDE = /[^"{}[\]]*(?:"[^"\\]*"[^"{}[\]]*){0,99}/y;
/** Up to the end of a string, or to an escape. */
const INSIDE = /[^"\\]*(?:\\.[^"\\]*){0,99}/sy;
const SCALAR = /[^\s,:"{}[\]]*/y;
const SPACE = /[ \t\r\n]*/y;

const START_CHARACTERS = 20;

/** Terraform's text between two resources. Searching for it is faster than counting brackets. */
const BETWEEN_ITEMS = '},{"address":';

/** Measured: longer runs save nothing, and more items at the end of a list are read one by one. */
const RUN_CHARACTERS = 16 * 1024;

/**
 * Reads one JSON document in chunks, so that neither the whole text nor the parts that are not kept are in memory. It
 * finds the end of each value and passes the value to `JSON.parse`. So it refuses the same text as `JSON.parse`, and the
 * last of equal keys counts.
 */
export class JsonReader {
  /** Text that is read but not all consumed. */
  private text = "";
  /** Length of the consumed part of `text`. */
  private at = 0;
  /** Length of the text that was consumed before `text`. */
  private passed = 0;
  private start = "";

  constructor(private readonly chunks: Iterator<string>) {}

  /** Throws a JsonError for text that is not JSON. */
  read(kept: Kept): unknown {
    try {
      while (this.text.trimStart().length < START_CHARACTERS && this.more());
      this.start = this.text.trimStart().slice(0, START_CHARACTERS);
      const value = this.value(kept);
      if (this.sign() !== undefined) throw this.unexpected();
      return value;
    } finally {
      this.chunks.return?.();
    }
  }

  private value(kept: Kept): unknown {
    const sign = this.sign();
    if (typeof kept === "object") {
      if ("fields" in kept && sign === "{") return this.fields(kept.fields);
      if ("items" in kept && sign === "[") return this.items(kept.items);
    }
    const value = this.parsed();
    return kept === "nothing" ? undefined : value;
  }

  private fields(kept: KeptFields): Readonly<Record<string, unknown>> {
    // Without a prototype: `__proto__` is a key like any other.
    const found: Record<string, unknown> = Object.create(null);
    for (let goesOn = this.opens("}"); goesOn; goesOn = this.goesOn("}")) {
      if (this.sign() !== '"') throw this.unexpected();
      const key = this.parsed() as string;
      if (this.sign() !== ":") throw this.unexpected();
      this.at += 1;
      found[key] = this.value((Object.hasOwn(kept, key) && kept[key]) || "nothing");
    }
    return found;
  }

  private items(kept: Kept): readonly unknown[] {
    const found: unknown[] = [];
    let failedAt: number | undefined;
    for (let goesOn = this.opens("]"); goesOn; goesOn = this.goesOn("]")) {
      // After a failure, no further run until more text is read, because every run before that would fail too.
      const run = typeof kept === "string" && this.passed !== failedAt ? this.run() : undefined;
      if (run === undefined) failedAt = this.passed;
      const items = run ?? [this.value(kept)];
      if (kept !== "nothing") found.push(...items);
    }
    return found;
  }

  /**
   * Reads many items together, up to a place where an item seems to end. If these parse as a list, an item really ends
   * there, because the beginning of an item is never an item itself. Otherwise undefined.
   */
  private run(): readonly unknown[] | undefined {
    const next = this.text.slice(this.at, this.at + RUN_CHARACTERS);
    const length = next.lastIndexOf(BETWEEN_ITEMS) + 1;
    if (length === 0) return undefined;
    try {
      const items = JSON.parse(`[${next.slice(0, length)}]`);
      this.at += length;
      return items;
    } catch {
      return undefined;
    }
  }

  /** Consumes an opening bracket. Returns false if the closing one follows, and consumes that too. */
  private opens(closing: string): boolean {
    this.at += 1;
    if (this.sign() !== closing) return true;
    this.at += 1;
    return false;
  }

  /** Consumes the comma after a value. Returns false at the closing bracket, and consumes that too. */
  private goesOn(closing: string): boolean {
    const sign = this.sign();
    if (sign !== "," && sign !== closing) throw this.unexpected();
    this.at += 1;
    return sign === ",";
  }

  /** The next character that is not white space; undefined at the end of the text. */
  private sign(): string | undefined {
    do {
      this.at += lengthOf(SPACE, this.text, this.at);
    } while (this.at === this.text.length && this.more());
    return this.text[this.at];
  }

  private parsed(): unknown {
    const length = /["{[]/.test(this.text[this.at] ?? "") ? this.nestedLength() : this.scalarLength();
    const from = this.passed + this.at;
    const text = this.text.slice(this.at, this.at + length);
    this.at += length;
    try {
      return JSON.parse(text);
    } catch (error) {
      const { message } = error as Error;
      const within = /position (\d+)/.exec(message)?.[1];
      if (within === undefined && message.startsWith("Unexpected end")) throw this.unexpected();
      throw new JsonError(within === undefined ? undefined : from + Number(within), this.start);
    }
  }

  /** The length of a number, `true`, `false` or `null`. */
  private scalarLength(): number {
    let length = 0;
    do {
      length += lengthOf(SCALAR, this.text, this.at + length);
    } while (this.at + length === this.text.length && this.more());
    return length;
  }

  /** The length of a string, list or object, or of the rest of the text if it does not end. */
  private nestedLength(): number {
    let isInside = this.text[this.at] === '"';
    let depth = isInside ? 0 : 1;
    let length = 1;
    while (isInside || depth > 0) {
      length += lengthOf(isInside ? INSIDE : OUTSIDE, this.text, this.at + length);
      const sign = this.text[this.at + length];
      const isCut = sign === undefined || (sign === "\\" && this.at + length + 1 === this.text.length);
      if (isCut) {
        if (!this.more()) return this.text.length - this.at;
      } else if (sign !== "\\") {
        length += 1;
        if (sign === '"') isInside = !isInside;
        else depth += sign === "{" || sign === "[" ? 1 : -1;
      }
    }
    return length;
  }

  /** Reads at least as much text again as it holds, so that a long value is copied only a few times. False at the end. */
  private more(): boolean {
    const parts = [this.text.slice(this.at)];
    const wanted = Math.max(1, this.text.length - this.at);
    this.passed += this.at;
    this.at = 0;
    let length = 0;
    while (length < wanted) {
      const { done, value } = this.chunks.next();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
    this.text = parts.join("");
    return length > 0;
  }

  private unexpected(): JsonError {
    this.sign();
    return new JsonError(this.passed + this.at, this.start);
  }
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex - at;
}
