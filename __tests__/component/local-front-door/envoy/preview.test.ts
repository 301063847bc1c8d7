import { describeWhere } from "../../../support/describe-where";
import { type Change, set } from "../../../support/local/document";
import { NO_ENVOY, startPreview } from "../../../support/local/preview";
import { previewFaults, previewMatrix, ROUTE } from "../../../support/local/preview-mutations";

/** system/local-front-door/mutations.test.ts changes each declaration, and sees the same checks notice it. */
describeWhere(NO_ENVOY, "the declarations of preview", () => {
  test("unchanged: every answer equals the ledger's, through the gateway and past it, and no attack passes", async () => {
    expect(await previewFaults()).toEqual([]);
  });

  test("Envoy refuses calls without a scope or a token that the gateway allows, and the trace shows it", async () => {
    const loose: Readonly<Record<string, readonly [Change, number]>> = {
      "customers/support-desk": [set(ROUTE, { authorization_scopes: [] }), 403],
      "no token": [set(ROUTE, { authorization_type: "NONE", authorization_scopes: undefined }), 401],
    };
    for (const [who, [change, expected]] of Object.entries(loose)) {
      const clouds = await startPreview([change]);
      try {
        const { contradictions, cells } = await previewMatrix(clouds);
        const cell = cells.find(({ route, caller }) => route === "GET /orders" && caller === who);
        expect([who, contradictions, cell?.status]).toEqual([who, [], expected]);
        const refused = clouds.trace.hops.filter(
          ({ at, allowed, reason }) => at === "envoy" && !allowed && reason.includes("GET /orders:"),
        );
        expect(refused).not.toEqual([]);
      } finally {
        await clouds.stop();
      }
    }
  });
});
