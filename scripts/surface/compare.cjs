"use strict";
/**
 * A surface is `{ <kind>: ids }`. An id that goes away is a break, so whatever may become narrower is an id of its own: a
 * type, or one value of an enumeration. An id of the kind `required` is a break if it is added to what there was already.
 */

/** The ids that contain it, outermost first: `gateway.cors` contains `gateway.cors.origins` and `gateway.cors: object`. */
const containers = (id) => [...id.matchAll(/[.: [?]/g)].map(({ index }) => id.slice(0, index));

/** A type allows every value that an enumeration of it had. */
function widened(id) {
  const [, path, value] = /^(.*): (".*"|true|false|-?\d+)$/.exec(id) ?? [];
  return value === undefined ? id : `${path}: ${typeof JSON.parse(value)}`;
}

/** The ids without those whose container is one of them. */
function whole(ids) {
  const all = new Set(ids);
  return ids.filter((id) => !containers(id).some((container) => all.has(container)));
}

/**
 * @param older surface of the older version, and `newer` that of the newer one
 * @param declared what the newer version declares: `{ kind, id, remedy }`
 * @returns `added` ids; `breaks`, which have a `remedy` if they are declared; and `unused` declarations, without a break
 */
function compare(older, newer, declared) {
  const known = new Set(Object.values(older).flat());
  const [breaks, added] = [[], []];
  for (const kind of [...new Set([...Object.keys(older), ...Object.keys(newer)])].sort()) {
    const [before, after] = [older, newer].map((surface) => new Set(surface[kind]));
    const gone = [...before].filter((id) => !after.has(id) && !after.has(widened(id)));
    const fresh = [...after].filter((id) => !before.has(id));
    const broken = kind === "required" ? fresh.filter((id) => known.has(containers(id).at(-1))) : whole(gone);
    breaks.push(...broken.sort().map((id) => ({ kind, id })));
    if (kind !== "required")
      added.push(
        ...whole(fresh)
          .sort()
          .map((id) => ({ kind, id })),
      );
  }
  const isAt = (at) => (each) => each.kind === at.kind && each.id === at.id;
  return {
    added,
    breaks: breaks.map((each) => ({ ...each, remedy: declared.find(isAt(each))?.remedy })),
    unused: declared.filter((each) => !breaks.some(isAt(each))),
  };
}

/** The rows of `breaks.tsv`: `{ version, kind, id, remedy }`. */
function declarations(text) {
  const rows = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return rows.map((line, index) => {
    const [version, kind, id, remedy, ...more] = line.split("\t");
    if (!/^\d+\.\d+\.\d+$/.test(version) || !remedy || more.length > 0) {
      throw new Error(
        `breaks.tsv, row ${index + 1}: got ${JSON.stringify(line)}, expected version, kind, id and what to do`,
      );
    }
    return { version, kind, id, remedy };
  });
}

/** Whether version `a` is newer than `b`: 0.10.0 is newer than 0.9.0. */
const isNewer = (a, b) => a.localeCompare(b, "en", { numeric: true }) > 0;

module.exports = { compare, declarations, isNewer };
