import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Finding, Verdict } from "./finding";
import type { Origin, Path } from "./located";
import { duplicate, hiddenFeature, unusableKey } from "./yaml-faults";

/** One value of a document, with its place. Its parts are converted only when they are read. */
export class DocumentNode {
  /**
   * @param origin place of the key for a map's entry, and of the item for a list's
   * @param path from the root of its file
   */
  constructor(
    private readonly node: Node | null,
    readonly origin: Origin,
    readonly path: Path,
    private readonly at: (offset: number) => Origin,
  ) {}

  get kind(): "list" | "map" | "text" {
    return isMap(this.node) ? "map" : isSeq(this.node) ? "list" : "text";
  }

  /** A scalar as written, without quotes; undefined for anything else. */
  get text(): string | undefined {
    if (this.node === null) return "";
    return isScalar(this.node) ? String(this.node.value ?? "") : undefined;
  }

  /** The entries of a map. If a key appears twice, the first one counts, and `faults` has a finding. */
  get entries(): ReadonlyMap<string, DocumentNode> {
    return this.read().entries;
  }

  get items(): readonly DocumentNode[] {
    if (!isSeq(this.node)) return [];
    const items = this.node.items as Node[];
    return items.map(
      (item, index) => new DocumentNode(item, this.at(item.range?.[0] ?? 0), [...this.path, index], this.at),
    );
  }

  /** Parts of this value, and of this map's keys, that readers interpret differently. */
  get faults(): readonly Finding[] {
    const hidden = this.node && hiddenFeature(this.node);
    if (hidden) return [{ origin: this.origin, path: this.path, message: hidden.message, remedy: WRITE_OUT }];
    return this.read().faults;
  }

  /** The value at a key; undefined if it is not written. */
  get(key: string): DocumentNode | undefined {
    return this.entries.get(key);
  }

  finding({ got, expected, remedy }: Verdict): Finding {
    return { origin: this.origin, path: this.path, message: `got ${got}, expected ${expected}`, remedy };
  }

  private known: { entries: ReadonlyMap<string, DocumentNode>; faults: readonly Finding[] } | undefined;

  private read() {
    this.known ??= this.readMap();
    return this.known;
  }

  private readMap() {
    const entries = new Map<string, DocumentNode>();
    const faults: Finding[] = [];
    for (const { key, value } of isMap(this.node) ? this.node.items : []) {
      const origin = this.at((key as Node).range?.[0] ?? 0);
      const name = isScalar(key) ? String(key.value) : "";
      const path = [...this.path, name];
      const hidden = hiddenFeature(key as Node) && {
        message: "got a key with an anchor, an alias or a tag",
        remedy: WRITE_OUT,
      };
      const first = entries.get(name);
      const again = first && duplicate(name, first.origin.line);
      const fault = hidden ?? (name === "" || name === "<<" ? unusableKey(name) : again);
      if (fault) faults.push({ origin, path, message: fault.message, remedy: again ? fault.remedy : WRITE_OUT });
      else entries.set(name, new DocumentNode(value as Node | null, origin, path, this.at));
    }
    return { entries, faults };
  }
}

const WRITE_OUT = "write it out, or share it by a $ref: this program follows no alias";
