"use strict";
require("../../../../../local/function-runtime.cjs");
