import { visible } from "../words";

/** Markup that is safe to insert into a page unchanged. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | readonly Part[] | undefined | false;

/** A piece of a page: an inserted value becomes text, unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(texts.map((text, index) => (index === 0 ? text : `${written(parts[index - 1])}${text}`)).join(""));
}

/** A text that may break after the punctuation within a name, so that a narrow screen breaks no word. */
export function breakable(text: string): readonly Markup[] {
  const parts = text.split(/(?<=\w[._/:|-])(?=\w)/);
  return parts.map((part, index) => (index === 0 ? html`${part}` : html`<wbr>${part}`));
}

function written(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(written).join("");
  return escaped(String(part));
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
