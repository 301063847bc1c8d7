"use strict";
/** The sources of the project that command tests copy. Most copies share them as hard links (`support/command.ts`). */
const { readdirSync, statSync } = require("node:fs");
const { join } = require("node:path");
const { BUILD } = require("../../cli/bundle/build.cjs");

const SHOP_PROJECT = join(BUILD, "shop-project");
/** Written last, when the project is made. */
const STAMP = join(SHOP_PROJECT, ".build", "shop-project.key");
const SOURCES = ["cli", "contract", "functions", "intent", "packages", "stacks"];

/** A source that was written after the project was made; undefined if there is none. */
function changedSource() {
  const paths = SOURCES.flatMap((part) =>
    readdirSync(join(SHOP_PROJECT, part), { recursive: true }).map((name) => join(part, name)),
  );
  const { mtimeMs: made } = statSync(STAMP);
  return paths.find((path) => statSync(join(SHOP_PROJECT, path)).mtimeMs > made);
}

/** Runs after the last test. */
async function refuseChanges() {
  const path = changedSource();
  if (path === undefined) return;
  throw new Error(`a test wrote into ${path}, which all tests share; it needs its own: new ProjectCopy("copied")`);
}

module.exports = Object.assign(refuseChanges, { changedSource, SHOP_PROJECT, SOURCES, STAMP });
