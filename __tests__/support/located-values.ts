import type { Located, Origin } from "../../intent/source/located";

/** A value as if read from a file, with one place for everything in it. */
export function locate(value: unknown, file = "config/base.yaml"): Located {
  const origin: Origin = { file, line: 1, column: 1 };
  if (Array.isArray(value)) return { kind: "list", origin, items: value.map((item) => locate(item, file)) };
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => [key, locate(entry, file)] as const);
    return { kind: "map", origin, entries: new Map(entries) };
  }
  return { kind: "scalar", origin, value: value as string };
}
