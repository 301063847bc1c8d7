"use strict";
/** Bundles one function as the build does and writes, as JSON to the third channel, how many bytes each input became. */
const { writeFileSync } = require("node:fs");
const esbuild = require("esbuild");
const { functionOptions } = require("../bundle/build.cjs");

const { metafile } = esbuild.buildSync({ ...functionOptions(process.argv[2]), write: false, metafile: true });
const [output] = Object.values(metafile.outputs);
const inputs = Object.entries(output.inputs).map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }));
writeFileSync(3, JSON.stringify({ bytes: output.bytes, inputs }));
