"use strict";
/** What a tier with commands needs: the project that they copy, and Terraform with its stand-ins where tests plan. */
const ensureShopProject = require("./shop-project.cjs");
const { useStandIns } = require("./stand-ins.cjs");

module.exports = async (_global, { displayName }) => {
  await ensureShopProject();
  if (displayName.name === "main-job") return;
  const obstacle = useStandIns();
  if (obstacle !== undefined) console.error(obstacle);
};
