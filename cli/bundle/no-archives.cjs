"use strict";
/**
 * Stands for the package `archiver` in the bundle: cdktf loads it, and half a megabyte with it, to zip the folders of
 * assets. Ours are single files.
 */
module.exports = () => {
  throw new Error("an asset of this program is a file, never an archive: see cli/bundle/no-archives.cjs");
};
