"use strict";
require("../../../../../packages/local-front-door/function/function-runtime.cjs");
