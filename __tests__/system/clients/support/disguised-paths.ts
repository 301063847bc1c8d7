import fc from "../../../support/properties";

const LITERALS = ["a", "b", "export", "admin", "v1.0", "a:b"];
const METHODS = [["GET"], ["POST"], ["DELETE", "GET"], ["GET", "HEAD"], ["GET", "POST"]];

/** Variables are named by their place, so that one path has one pattern. */
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...LITERALS) },
  { weight: 2, arbitrary: fc.constant("{}") },
);
const segments = fc.array(segment, { minLength: 1, maxLength: 3 });

/** A route and some wider ones: a variable instead of a segment, or a greedy variable instead of the rest. */
const family = fc
  .tuple(segments, fc.array(fc.tuple(fc.nat(2), fc.boolean()), { minLength: 1, maxLength: 3 }))
  .map(([own, widenings]) => [
    own,
    ...widenings.map(([place, greedy]) => {
      const index = place % own.length;
      return [...own.slice(0, index), ...(greedy ? ["{+}"] : ["{}", ...own.slice(index + 1)])];
    }),
  ]);

function pathOf(parts: readonly string[]): string {
  const named = parts.map((part, index) => (part.startsWith("{") ? part.replace("{", `{v${index}`) : part));
  return `/${named.join("/")}`;
}

/** Route keys that overlap, as a service may declare them. */
export const overlappingRoutes = fc
  .tuple(family, family, fc.array(fc.constantFrom(...METHODS), { minLength: 8, maxLength: 8 }))
  .map(([one, other, methods]) => {
    const paths = [...new Set([...one, ...other].map(pathOf))];
    return paths.flatMap((path, index) => (methods[index] ?? []).map((method) => `${method} ${path}`));
  });

/** Disguises of a path on the wire, which make it look like another path. */
const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => text.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  (text) => text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (text) => text.replace(/[a-z]/, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
  (text) => `${text}/`,
  (text) => `${text}//`,
  (text) => `/${text}`,
  (text) => `${text}%2f`,
  (text) => `${text}%2Fmore`,
  (text) => `x%2f..%2f${text}`,
  (text) => `x/../${text}`,
  (text) => `./${text}`,
  (text) => `%2e/${text}`,
  (text) => `x/%2e%2e/${text}`,
  (text) => `x%5c..%5c${text}`,
  (text) => `${text}/more`,
  (text) => `${text}.json`,
  (text) => `${text}.`,
  (text) => `${text}%20`,
  (text) => `%20${text}`,
  (text) => `${text}%00`,
  (text) => `${text}%0a`,
  (text) => `${text};a=b`,
  (text) => `${text};/..`,
  (text) => `${text}?x=/admin`,
  (text) => `${text}%3fx`,
  (text) => `${text}%23x`,
  (text) => text.replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (text) => text.replace(/[a-z]/, (letter) => `${letter}\u0301`),
  (text) => text.replace(/[a-z]/, (letter) => `${letter}\u00ad`),
  (text) => text.replaceAll("i", "\u0130"),
  (text) => text.replace("a", "\u00e4"),
  (text) => `${text}\u2215x`,
];

/** Disguises one segment, most often the last, and sometimes none, so that some calls pass. */
const disguises = fc.array(fc.tuple(fc.constantFrom(-1, -1, 0, 1, 2), fc.constantFrom(...DISGUISES)), { maxLength: 2 });

/** A method and a path on the wire of an existing route, disguised part by part. */
export function disguisedCall(routeKeys: readonly string[]) {
  const values = fc.array(fc.constantFrom("7", "x", ...LITERALS), { minLength: 4, maxLength: 4 });
  const otherMethod = fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom("GET", "HEAD", "POST", "DELETE") },
  );
  return fc
    .tuple(fc.constantFrom(...routeKeys), values, disguises, otherMethod)
    .map(([own, filled, changes, other]) => {
      const [method = "", path = ""] = own.split(" ");
      const parts = path
        .slice(1)
        .split("/")
        .map((part, index) => {
          if (part.endsWith("+}")) return filled.slice(index, index + 2).join("/");
          return part.startsWith("{") ? (filled[index] ?? "") : part;
        });
      for (const [place, change] of changes) {
        const index = (place + parts.length) % parts.length;
        parts[index] = change(parts[index] ?? "");
      }
      return { method: other ?? method, path: onTheWire(`/${parts.join("/")}`) };
    });
}

function onTheWire(path: string): string {
  return path.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
