import { NotMeasured } from "../measure/figure";

/** A program's way in, as the door prints it for people to paste. */
export interface PrintedCaller {
  /** The route's whole URL. */
  readonly url: string;
  readonly tokenUrl: string;
  /** `<client id>:<client secret>`, both made up. */
  readonly credentials: string;
}

const LINE = /curl -s (http:\S+) -H ".*curl -s -u '([^']+)'.* (http:\S+\/oauth2\/token)/;

/** The first program for which the door prints a `curl` line. */
export function printedProgram(printed: string): PrintedCaller {
  const [, url, credentials, tokenUrl] = LINE.exec(printed) ?? [];
  if (url === undefined || credentials === undefined || tokenUrl === undefined) {
    throw new NotMeasured("the door prints no curl line of a program with a secret");
  }
  return { url, tokenUrl, credentials };
}
