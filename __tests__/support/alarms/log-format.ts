/** The fields of an access log's format, with their variables: JSON, but for the variable that is written as a number. */
export function logFields(format: string): Readonly<Record<string, string>> {
  return JSON.parse(format.replace(/:(\$context\.\w+)\}$/, ':"$1"}'));
}
