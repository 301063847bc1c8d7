import { resourceKey } from "../judge/keys";
import { groupsAlike } from "./digest";
import { accessSentence, lossPieces, plainText } from "./pieces";
import type { Report } from "./report";
import { visible } from "./words";

/** What a report says about each change that has a key. */
export class Said {
  /** Sentences by key, the best first. */
  private readonly sentences: ReadonlyMap<string, readonly string[]>;
  private readonly keys = new Map<string, Set<string>>();

  constructor({ access, losses }: Report) {
    const sentences = new Map<string, readonly string[]>();
    for (const line of access) {
      const key = line.key();
      sentences.set(key, [...(sentences.get(key) ?? []), accessSentence(line)]);
      // Earlier releases named a changed condition by its sentence and the new condition.
      for (const text of [line.sentence, accessSentence(line), `${line.sentence}: ${line.after}`]) this.note(text, key);
    }
    for (const [shown, all] of groupsAlike(access)) {
      for (const text of [shown.sentence, accessSentence(shown)]) for (const line of all) this.note(text, line.key());
    }
    for (const change of losses) {
      const key = resourceKey(change);
      const text = plainText(lossPieces(change));
      sentences.set(key, [text]);
      for (const each of [text, `${change.action}: ${change.address}`]) this.note(each, key);
    }
    this.sentences = sentences;
  }

  /** The sentences of the change with this key, each on one line. */
  sentencesOf(key: string): readonly string[] {
    return (this.sentences.get(key) ?? []).map(visible);
  }

  /** The keys of the changes that a line of the report stands for. Empty if the report has no such line. */
  keysOf(text: string): readonly string[] {
    return [...(this.keys.get(text) ?? [])];
  }

  private note(text: string, key: string): void {
    this.keys.set(text, (this.keys.get(text) ?? new Set()).add(key));
  }
}
