/** The values of a header in an event's headers, under any spelling of its name, which is given in lower case. */
export function headerValues(
  headers: Readonly<Record<string, string | readonly string[] | undefined>> | null | undefined,
  wanted: string,
): readonly string[] {
  return Object.entries(headers ?? {}).flatMap(([name, values]) =>
    name.length === wanted.length && name.toLowerCase() === wanted ? (values ?? []) : [],
  );
}
