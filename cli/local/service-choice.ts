import type { ServiceChoice } from "../../packages/local-front-door/services/services";
import { CommandError, EXIT } from "../process/command-error";

/** `orders=:3000` is a port of this machine, `orders=npm start` a command that listens on its PORT. */
export function serviceChoice(text: string): ServiceChoice {
  const [, id, answer = ""] = /^([a-z][a-z0-9-]*)=(.+)$/s.exec(text) ?? [];
  if (id === undefined) throw malformed(text);
  if (!answer.startsWith(":")) return { id, answeredBy: { command: answer } };
  const port = Number(answer.slice(1));
  if (!/^:\d+$/.test(answer) || port < 1 || port > 65_535) throw malformed(text);
  return { id, answeredBy: { port } };
}

function malformed(text: string): CommandError {
  return new CommandError(
    `--service ${text}: expected <service>=:<port> or <service>="<command>"\n    as in --service orders=:3000 --service catalog="npm start"`,
    EXIT.usage,
  );
}
