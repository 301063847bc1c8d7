import { programCommand } from "./token-command";

/** The command that tells a request from the open door's logs. */
export function traceCommand(id: string): string {
  return `${programCommand("trace")} local ${id}`;
}
