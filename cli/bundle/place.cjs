"use strict";
const { statSync } = require("node:fs");

/**
 * Which file this is on this machine: its inode, and when that last changed. No checkout and no archive brings these along,
 * so that a committed bundle never passes for one that was made here.
 */
function placeOf(path) {
  const { ino, ctimeNs } = statSync(path, { bigint: true });
  return `${ino} ${ctimeNs}`;
}

module.exports = { placeOf };
