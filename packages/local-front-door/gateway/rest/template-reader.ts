import type { Condition, Expression, Target, TemplateNode } from "./template-syntax";

const HEADER = /\$input\.params\(\)\.header\.get\((?:"([\w-]+)"|'([\w-]+)')\)/y;
const OVERRIDE = /\$context\.responseOverride\.header\.([A-Za-z][\w-]*)/y;
const VARIABLE = /\$([A-Za-z]\w*)(?![\w.-])/y;
const TEXT = /"([^"$#\\]*)"|'([^']*)'/y;

/** Reads a template to its end, or says what it does not know and where. */
export class TemplateReader {
  private at = 0;

  /** @param fault makes the error */
  constructor(
    private readonly source: string,
    private readonly fault: (message: string) => Error,
  ) {}

  read(): readonly TemplateNode[] {
    const nodes = this.nodes();
    if (this.at < this.source.length) throw this.unknown();
    return nodes;
  }

  /** Up to the end, or to a directive that closes what is around. */
  private nodes(): readonly TemplateNode[] {
    const found: TemplateNode[] = [];
    for (;;) {
      const [, text] = this.take(/([^#$]+)/y) ?? [];
      if (text !== undefined) found.push({ kind: "text", text });
      else if (this.take(/#set\(/y)) found.push(this.set());
      else if (this.take(/#if\(/y)) found.push(this.if());
      else return found;
    }
  }

  private set(): TemplateNode {
    const target = this.target();
    this.expect(/=/y);
    const value = this.expression();
    this.expect(/\)/y);
    return { kind: "set", target, value };
  }

  private if(): TemplateNode {
    const when = this.condition();
    this.expect(/\)/y);
    const then = this.nodes();
    const otherwise = this.take(/#else(?!if)/y) ? this.nodes() : [];
    this.expect(/#end/y);
    return { kind: "if", when, then, otherwise };
  }

  private target(): Target {
    this.space();
    const [, overriddenHeader] = this.take(OVERRIDE) ?? [];
    if (overriddenHeader !== undefined) return { overriddenHeader };
    return { variable: this.expect(VARIABLE)[1] ?? "" };
  }

  private condition(): Condition {
    const all = [this.conjunction()];
    while (this.operator(/\|\|/y)) all.push(this.conjunction());
    return all.length === 1 && all[0] ? all[0] : { kind: "or", all };
  }

  private conjunction(): Condition {
    const all = [this.comparison()];
    while (this.operator(/&&/y)) all.push(this.comparison());
    return all.length === 1 && all[0] ? all[0] : { kind: "and", all };
  }

  private comparison(): Condition {
    if (this.operator(/!(?!=)/y)) return { kind: "not", of: this.comparison() };
    if (this.operator(/\(/y)) {
      const inner = this.condition();
      this.expect(/\)/y);
      return inner;
    }
    const one = this.expression();
    if (this.operator(/==/y)) return { kind: "equal", one, other: this.expression() };
    if (this.operator(/!=/y)) return { kind: "not", of: { kind: "equal", one, other: this.expression() } };
    return { kind: "there", of: one };
  }

  private expression(): Expression {
    this.space();
    const header = this.take(HEADER);
    if (header) return { header: header[1] ?? header[2] ?? "" };
    const text = this.take(TEXT);
    if (text) return { text: text[1] ?? text[2] ?? "" };
    return { variable: this.expect(VARIABLE)[1] ?? "" };
  }

  private operator(pattern: RegExp): boolean {
    this.space();
    return this.take(pattern) !== null;
  }

  private expect(pattern: RegExp): RegExpExecArray {
    this.space();
    const found = this.take(pattern);
    if (found === null) throw this.unknown();
    return found;
  }

  private space(): void {
    this.take(/\s*/y);
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found !== null) this.at += found[0].length;
    return found;
  }

  private unknown(): Error {
    const near = this.source.slice(this.at, this.at + 40);
    return this.fault(`the stand-in does not know this part of a template: ${near || "its end"}`);
  }
}
