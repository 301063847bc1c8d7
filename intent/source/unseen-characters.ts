/** Characters that are invisible or look like others. */
const KINDS: readonly (readonly [what: string, pattern: RegExp, remedy: string])[] = [
  [
    "a space other than U+0020",
    /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g,
    'write a plain space; if you need this one, write an escape in quotes, as in "\\u00a0"',
  ],
  [
    "a mark that changes the text direction",
    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "delete it: editors show other text than the program reads",
  ],
  [
    "a zero-width character",
    /[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu,
    "delete it: editors do not show it, but the program reads it",
  ],
];

export interface UnseenCharacter {
  readonly offset: number;
  readonly got: string;
  readonly remedy: string;
}

/** The first occurrence of each such character in a text, with its code point and count. */
export function unseenCharacters(text: string): readonly UnseenCharacter[] {
  return KINDS.flatMap(([what, pattern, remedy]) => {
    const offsets = new Map<string, number[]>();
    for (const { 0: character, index } of text.matchAll(pattern)) {
      const known = offsets.get(character) ?? [];
      known.push(index);
      offsets.set(character, known);
    }
    return [...offsets].map(([character, [offset = 0, ...more]]) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      return { offset, got: `U+${code}, ${what}${more.length > 0 ? `, ${more.length + 1} times` : ""}`, remedy };
    });
  });
}
