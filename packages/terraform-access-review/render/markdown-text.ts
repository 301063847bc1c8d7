import { visible } from "./lines";

/** Everything with a meaning in Markdown, HTML or on GitHub, as an entity: none of it is a sign any more. */
export function entities(value: string): string {
  return visible(value).replace(/[^\p{L}\p{N} .,/;=?%→…]/gu, (sign) =>
    sign === "-" ? sign : `&#${sign.codePointAt(0)};`,
  );
}

/** Untrusted text in a sentence: no markup, no link, and no mention of an account. */
export function text(value: string): string {
  return entities(value)
    .replaceAll("&#64;", "&#64;&#8203;")
    .replaceAll("&#58;//", "&#58;&#8203;//")
    .replaceAll("www.", "www&#8203;.");
}

export function code(value: string): string {
  return `<code>${entities(value)}</code>`;
}
