import { isAlias, type Node } from "yaml";

/** A fault of a value or key that is valid YAML syntax. */
export interface Fault {
  readonly message: string;
  readonly remedy: string;
}

/** Anchors, aliases and tags: with them, one place in the file changes the meaning of another. */
export function hiddenFeature(node: Node): Fault | undefined {
  if (isAlias(node)) return { message: `got the alias *${node.source}, expected the value itself`, remedy: WRITE_OUT };
  if ("anchor" in node && node.anchor) {
    return { message: `got the anchor &${node.anchor}, expected a value without one`, remedy: WRITE_OUT };
  }
  if (node.tag)
    return {
      message: `got the tag ${node.tag.replace("tag:yaml.org,2002:", "!!")}, expected a value without one`,
      remedy: REMOVE_TAG,
    };
  return undefined;
}

export function duplicate(key: string, line: number): Fault {
  return {
    message: `got the key ${JSON.stringify(key)} a second time (first in line ${line}), expected each key once`,
    remedy: "remove one of the two: YAML readers silently use the last",
  };
}

/** `PAYMENT_KEY { secret: orders-payment-key }`: the brace is part of the key. */
export function withoutColon(key: string): Fault {
  return {
    message: `got ${JSON.stringify(key)} without a colon before the brace, expected a key, a colon and a value`,
    remedy: `write ${JSON.stringify(key)} with a colon and a space after it`,
  };
}

/** `{ CURRENCIES: EUR,GBP }`: the comma ends the text. */
export function textWithoutColon(key: string): Fault {
  return {
    message: `got ${JSON.stringify(key)} without a value between braces, expected a key, a colon and a value`,
    remedy: 'add its value; if it belongs to the text before it, quote the whole text, as in "EUR,GBP"',
  };
}

export function unusableKey(key: string): Fault {
  if (key === "<<") return { message: "got the merge key <<, expected the keys themselves", remedy: WRITE_OUT };
  return { message: `got the key ${JSON.stringify(key)}, expected a name`, remedy: "give the entry a plain name" };
}

const WRITE_OUT =
  "write the value out: environments share values in base.yaml, not with anchors, aliases or merge keys";
const REMOVE_TAG = "remove the tag, and quote the value if it is text";
