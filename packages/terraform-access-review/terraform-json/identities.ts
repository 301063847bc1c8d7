const IDENTITY = /(^|_)(service_account(_email)?|role(_arn)?)$/;

/** The texts that name the identity with which something runs, each with its argument. Reads blocks of any depth. */
export function identitiesIn(value: unknown, argument = ""): readonly (readonly [argument: string, text: string])[] {
  if (typeof value === "string") return IDENTITY.test(argument) ? [[argument, value]] : [];
  if (typeof value !== "object" || value === null) return [];
  const inList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, inner]) => identitiesIn(inner, inList ? argument : key));
}
