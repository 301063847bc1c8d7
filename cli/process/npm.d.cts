/**
 * The words that run npm: a program, and its first arguments. On Windows, `npm` is a script (`npm.cmd`), which Node starts
 * only in a shell, and a shell would interpret the arguments. So Node runs npm's own program there: the one that runs this
 * program, or the one installed with Node.
 */
export function npmCommand(
  platform?: NodeJS.Platform,
  runtime?: Pick<NodeJS.Process, "execPath" | "env">,
  exists?: (path: string) => boolean,
): [program: string, ...args: string[]];
