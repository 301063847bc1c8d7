import { StackError } from "../../terraform/document";
import type { Headers } from "./request";

/** API Gateway's templates are programs in the Velocity language. Only these two forms are supported here. */
const STATUS = /^\s*\{\s*"statusCode"\s*:\s*([1-5]\d\d)\s*\}\s*$/;
const LISTED = String.raw`\$origin == "([^"$#\\]+)"`;
const ORIGINS = new RegExp(
  [
    String.raw`^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)`,
    String.raw`#if\(!\$origin \|\| \$origin == ""\)#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)#end`,
    String.raw`#if\((${LISTED}(?: \|\| ${LISTED})*)\)#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)#end$`,
  ].join(String.raw`\n`),
);

/** The status that a MOCK integration's request template requests: `{"statusCode":204}`. */
export function statusTemplate(source: string, address: string): number {
  const [, status] = STATUS.exec(source) ?? [];
  if (status === undefined) throw new StackError(address, `got ${shortened(source)}, expected {"statusCode":204}`);
  return Number(status);
}

/** The origins of a template that returns the caller's own origin, if it is in a list. */
export function originsTemplate(source: string, address: string): readonly string[] {
  const [, listed] = ORIGINS.exec(source) ?? [];
  if (listed !== undefined) return [...listed.matchAll(new RegExp(LISTED, "g"))].map(([, origin = ""]) => origin);
  const remedy = "or a fixed Access-Control-Allow-Origin in response_parameters and no template";
  throw new StackError(
    address,
    `got ${shortened(source)}, expected the template that compares $origin with a list of origins, ${remedy}`,
  );
}

/** What such a template reads as the caller's origin: exactly `Origin`, or else exactly `origin`. */
export function templateOrigin(headers: Headers): string | undefined {
  const value = (name: string) => headers.findLast(([each]) => each === name)?.[1];
  return value("Origin") || (value("origin") ?? value("Origin"));
}

function shortened(source: string): string {
  const line = JSON.stringify(source);
  return line.length <= 80 ? line : `${line.slice(0, 80)}…`;
}
