require("../harness/group.cjs").run(__filename);
