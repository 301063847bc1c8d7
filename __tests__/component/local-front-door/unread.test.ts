import type { Change } from "../../support/local/document";
import { SynthesizedEnvironments } from "../../support/local/environments";
import { startPreview } from "../../support/local/preview";
import { previewDocument } from "../../support/local/preview-document";
import { isOpen, placesOf, unheardOf } from "../../support/local/unread";

/** That a door reads its whole stack before it opens; unit/local-front-door/unread has every kind of resource and block. */
const environments = new SynthesizedEnvironments(["dev", "prod"]);
afterAll(() => environments.remove());

const STARTS = {
  dev: (...changes: readonly Change[]) => environments.start("dev", ...changes),
  prod: (...changes: readonly Change[]) => environments.start("prod", ...changes),
  // A missing Envoy is noticed only after everything has been read.
  preview: (...changes: readonly Change[]) => startPreview(changes, { envoy: { own: "/nowhere/envoy" } }),
};
const DOCUMENTS = {
  dev: environments.document("dev"),
  prod: environments.document("prod"),
  preview: previewDocument(),
};

test.each(["dev", "prod", "preview"] as const)(
  "the front door of %s accepts immaterial attributes, and no unknown ones",
  async (name) => {
    const started = async (...changes: readonly Change[]) => {
      try {
        await (await STARTS[name](...changes)).stop();
        return "started";
      } catch (error) {
        return (error as Error).message;
      }
    };
    const places = placesOf(name, DOCUMENTS[name]);
    const open = places.filter(isOpen);
    const opened = name === "preview" ? expect.stringContaining("ENVOY=/nowhere/envoy --version: ") : "started";
    expect([open.length > 20, await started(...open.map(unheardOf))]).toEqual([true, opened]);
    const [address] = Object.keys(DOCUMENTS[name].resource.google_cloud_run_v2_service ?? {});
    const unknown: Change = ({ resource }) =>
      Object.assign(resource.google_cloud_run_v2_service?.[address ?? ""] ?? {}, { unheard_of: "x" });
    expect(await started(unknown)).toBe(
      `google_cloud_run_v2_service.${address}.unheard_of: unknown to the local stand-in`,
    );
  },
);
