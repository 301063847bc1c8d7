import { runCli } from "./command-line";

process.exitCode = runCli(process.argv.slice(2));
