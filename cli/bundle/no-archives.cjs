"use strict";
/**
 * Replaces the package `archiver` in the bundle. cdktf loads it, and half a megabyte with it, to zip folders of assets.
 * `cli/synthesis/own-asset.ts` zips folders in place of cdktf.
 */
module.exports = () => {
  throw new Error("cdktf zips no folder in this program: see cli/bundle/no-archives.cjs");
};
