"use strict";
require("../../../../local/function-process.cjs");
