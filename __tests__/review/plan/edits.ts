/** A change of the fixtures' config: a text that is there once, and what stands there instead. */
export interface Edit {
  readonly file: "base.yaml" | "dev.yaml";
  readonly from: string;
  readonly to: string;
}

export function base(from: string, to: string): Edit {
  return { file: "base.yaml", from, to };
}

export function dev(from: string, to: string): Edit {
  return { file: "dev.yaml", from, to };
}

export function edited(files: Readonly<Record<string, string>>, edits: readonly Edit[]): Record<string, string> {
  const result = { ...files };
  for (const { file, from, to } of edits) {
    const parts = (result[file] ?? "").split(from);
    if (parts.length !== 2)
      throw new Error(`${file} has ${JSON.stringify(from)} ${parts.length - 1} times, expected once`);
    result[file] = parts.join(to);
  }
  return result;
}
