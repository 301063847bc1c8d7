const CONTROLS = [...Array(32).keys(), ...Array.from({ length: 33 }, (_, index) => 127 + index)];

/** Values of a path variable that some server reads differently, by their fault. */
export const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  encoded: ["%65xport", "%2e%2e", "%2F", "%252F", "%5c", "%00", "%", "7%", "%u002e", "%c0%ae", "\uff056e", "\uff05"],
  doubled: ["/7", "7//8", "7//", "//"],
  dotted: [
    ...[".", "..", "...", "./7", "../7", "7/../8", "7/./8", "7/..", "\u2024\u2024", "\uff0e\uff0e", "\u2026"],
    ...[" .. ", ".. ", " ", "\u00a0"],
  ],
  separated: ["7\\8", "..\\7", "7;v=1", "7;", "7?x", "7#x", "7\uff0f8", "7\uff3c8", "7\uff1b8", "7\u21008", "export?x"],
  controlled: CONTROLS.flatMap((code) => [`7${String.fromCharCode(code)}`, `${String.fromCharCode(code)}7`]),
  invisible: [
    ...["7\u00ad", "\u200b7", "7\u200d", "7\u2028", "\u202e7", "7\ufeff", "\u3164", "7\ufe0f", "7\ufffd", "7\ud800"],
    ...["\u2060", "\u115fexport", "export\u3164", "\u06007"],
  ],
  "changing with case": [
    "\u0130",
    "\u0131",
    "stra\u00dfe",
    "stra\u1e9ee",
    "\u212aelvin",
    "\u017f",
    "\ufb01le",
    "\u03c2",
    "\ud835\udea4",
  ],
  unassigned: ["7\u0378", "\ufdd0", "\u{e0fff}"],
  "not in its composed form": ["mu\u0308ller"],
};

/** Returns paths of the route: each variable in turn has this value, the others have `7`. */
export function pathsWith(route: string, value: string): readonly string[] {
  const parts = route.slice(route.indexOf("/")).split(/(\{[^}]+\})/);
  return parts.flatMap((part, index) => {
    if (!part.startsWith("{")) return [];
    return [parts.map((each, place) => (place === index ? value : each.replace(/\{.+\}/, "7"))).join("")];
  });
}
