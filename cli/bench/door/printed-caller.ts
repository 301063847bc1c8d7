import { NotMeasured } from "../measure/figure";

/** A program's credentials and route, as the door prints them for people to paste. */
export interface PrintedCaller {
  /** The route's full URL. */
  readonly url: string;
  readonly tokenUrl: string;
  /** `<client id>:<client secret>`, both made up. */
  readonly credentials: string;
}

const CLIENTS = /^client id and secret, for (\S+)\n {2}(\S+) {2}(\S+)$/m;

/** The first program whose client the door prints, with the route of its `curl` line. */
export function printedProgram(printed: string): PrintedCaller {
  const [, tokenUrl, name, credentials] = CLIENTS.exec(printed) ?? [];
  const lines = printed.split("\n");
  const [, url] = /^ {2}curl -s (http:\S+)/.exec(lines[lines.indexOf(name ?? "") + 1] ?? "") ?? [];
  if (url === undefined || credentials === undefined || tokenUrl === undefined) {
    throw new NotMeasured("the door prints no client id and secret of a program");
  }
  return { url, tokenUrl, credentials };
}
