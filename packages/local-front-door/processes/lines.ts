/** Calls back with each whole line that a child process writes. */
export function printLines(stream: NodeJS.ReadableStream | null, print: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) print(line);
  });
}
