"use strict";
/**
 * Replaces the package `archiver` in the bundle. cdktf loads it, and half a megabyte with it, to zip folders of assets.
 * This program's assets are single files.
 */
module.exports = () => {
  throw new Error("an asset of this program is a file, never an archive: see cli/bundle/no-archives.cjs");
};
