"use strict";
const { existsSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { placeOf } = require("../../cli/process/places.cjs");

/** Marks a copy of `.build/` as made in its own folder, because the program accepts no bundle from elsewhere. */
function restamp(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (existsSync(`${path}.json`)) {
      const stamp = JSON.parse(readFileSync(`${path}.json`, "utf8"));
      writeFileSync(`${path}.json`, JSON.stringify({ ...stamp, place: placeOf(path) }));
    }
    if (name.endsWith(".v8")) writeFileSync(`${path}.place`, placeOf(path));
  }
}

module.exports = { restamp };
