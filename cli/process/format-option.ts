import { usageError } from "./command-error";

/** The format that `--format` names. */
export function formatNamed<T>(name: string, formats: Readonly<Record<string, T>>): T {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format !== undefined) return format;
  throw usageError(`--format ${name}: expected one of ${Object.keys(formats).join(", ")}`);
}
