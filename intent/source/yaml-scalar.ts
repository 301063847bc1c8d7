import type { Scalar } from "yaml";

type Reading =
  | { readonly value: string | number | boolean | null }
  | { readonly fault: { readonly message: string; readonly remedy: string } };

/**
 * The value of a scalar, if every YAML reader agrees on it. Quoted text is text. Plain text is a number, a boolean or
 * null in exactly one spelling each. Any spelling that another YAML version or reader treats as one of these is
 * refused. `source` is the scalar as written in the file.
 */
export function readScalar(scalar: Scalar | null, source: string): Reading {
  if (scalar !== null && scalar.type !== "PLAIN") return { value: String(scalar.value) };
  if (source === "null") return { value: null };
  if (source === "true" || source === "false") return { value: source === "true" };
  if (CANONICAL_NUMBER.test(source)) return readNumber(source);
  const fault = faultOf(source);
  return fault ? { fault } : { value: source };
}

function readNumber(source: string): Reading {
  const value = Number(source);
  // A number with more digits than a double can hold, such as 12345678901234567890, would change its value.
  return String(value) === source ? { value } : { fault: ambiguous(source, "a number in its shortest form") };
}

function faultOf(source: string) {
  if (NULL_LIKE.test(source)) {
    return {
      message: `got ${source === "" ? "no value" : source}, expected a value or the word null`,
      remedy: `${source === "" ? "indent the next lines deeper if they are the value; otherwise " : ""}write null to delete the key, "" for empty text, or the value that is missing`,
    };
  }
  if (BOOLEAN_LIKE.test(source)) {
    return {
      message: `got ${source}, expected true, false or quoted text (YAML versions disagree on it)`,
      remedy: `write ${/^(y|yes|on|true)$/i.test(source)}, or "${source}" in quotes if it is text`,
    };
  }
  if (LEADING_ZERO.test(source)) return ambiguous(source, "a number without leading zeros, or quoted text");
  if (NUMBER_LIKE.test(source)) return ambiguous(source, "a plain decimal number, or quoted text");
  if (source.includes("\n")) {
    return { message: "got text over several lines without quotes, expected one line", remedy: "quote the text" };
  }
  return undefined;
}

function ambiguous(source: string, expected: string) {
  return {
    message: `got ${source}, expected ${expected}`,
    remedy: `write "${source}" in quotes if it is text, such as an account id; otherwise write the value out`,
  };
}

/** The spelling that JavaScript prints, so that the value read is the value written. */
const CANONICAL_NUMBER = /^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/;
const NULL_LIKE = /^(~|null|Null|NULL|)$/i;
const BOOLEAN_LIKE = /^(y|n|yes|no|on|off|true|false)$/i;
const LEADING_ZERO = /^[-+]?0\d[\d_]*$/;
/** Hexadecimal, octal, binary, exponents, bare points, separators, infinities: some readers treat these as numbers. */
const NUMBER_LIKE =
  /^[-+]?(0x[\da-f_]+|0o[0-7_]+|0b[01_]+|\d[\d_]*|\d[\d_]*\.[\d_]*(e[-+]?\d+)?|\.\d[\d_]*(e[-+]?\d+)?|\d[\d_]*e[-+]?\d+|\.inf|\.nan)$/i;
