/** One instruction of a Dockerfile: `{ keyword: "RUN", text: "npm install …" }`. */
export interface Instruction {
  readonly keyword: string;
  /** Without comments and line continuations. */
  readonly text: string;
}

/** The instructions of a Dockerfile, in its order. */
export function instructionsOf(file: string): readonly Instruction[] {
  const lines = file.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const joined = lines.join("\n").replace(/\\\n\s*/g, "");
  return joined.split("\n").map((line) => {
    const [, keyword = "", text = ""] = /^(\w+) (.*)$/.exec(line) ?? [];
    return { keyword, text };
  });
}
