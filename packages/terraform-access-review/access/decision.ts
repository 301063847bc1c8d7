import { referred, type StackJson } from "../terraform-json/stack-json";
import type { RowTerms } from "./row";

/** What stands between a caller and a route, in words and in terms. */
export interface Decision {
  readonly under: string;
  /** `requires` is there only where something decides at all. */
  readonly terms: RowTerms;
}

/** Without an authorizer of this stack the gateway itself lets everybody pass: the row says so in capitals. */
export function noAuthorizer(why: string): Decision {
  return { under: `NO AUTHORIZER (${why})`, terms: {} };
}

interface Authorizer {
  readonly uri: unknown;
  /** What the gateway keeps an answer by. */
  readonly sources: readonly string[];
  /** For how long it keeps one. */
  readonly seconds: number;
}

/** Only of a function of this stack is there a policy to read: any other may let everybody pass. */
export function decisionBy(stack: StackJson, { uri, sources, seconds }: Authorizer): Decision {
  const by = referred(stack, uri);
  if (by?.type !== "aws_lambda_function") return noAuthorizer(`${uri} decides, which is no function of this stack`);
  const name = by.attributes.function_name;
  return {
    under: `${name} decides, for ${seconds} s per ${sources.join(" + ")}`,
    terms: { requires: [`decision of ${name}`, ...sources], limits: { seconds } },
  };
}
