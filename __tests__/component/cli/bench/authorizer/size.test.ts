import { sizeFigures } from "../../../../../cli/bench/authorizer/size";

test("every byte of the bundle is the project's own or another's", () => {
  const figures = sizeFigures({
    bytes: 30_000,
    inputs: [
      { path: "functions/authorizer/index.ts", bytes: 12_000 },
      { path: "functions/authorizer/request/log.ts", bytes: 1_000 },
      { path: "../somewhere/node_modules/aws4fetch/dist/aws4fetch.esm.mjs", bytes: 14_000 },
      { path: "node_modules/aws4fetch/node_modules/@scope/inner/index.js", bytes: 2_500 },
    ],
  });
  expect(figures).toEqual([
    { what: "whole bundle", unit: "kB", measured: 30, aim: { value: 30 } },
    { what: "  own code", unit: "kB", measured: 13 },
    { what: "  other: packages, imports, what esbuild adds", unit: "kB", measured: 17 },
  ]);
});
