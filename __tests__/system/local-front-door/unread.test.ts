import type { Change } from "../../support/local/document";
import { SynthesizedEnvironments } from "../../support/local/environments";
import { startPreview } from "../../support/local/preview";
import { previewDocument } from "../../support/local/preview-document";
import { ReadableStack } from "../../support/local/reading";
import { isOpen, onePerShape, type Place, placesOf, unexpected } from "../../support/local/unread";

const environments = new SynthesizedEnvironments(["dev", "staging", "prod"]);
afterAll(() => environments.remove());

const NAMES = ["dev", "staging", "prod", "preview"] as const;
const PLACES: readonly Place[] = NAMES.flatMap((name) =>
  placesOf(name, name === "preview" ? previewDocument() : environments.document(name)),
);

/** What stops the start of a front door; undefined where it starts, or would if there were an Envoy. */
async function refusal(environment: string, change: Change): Promise<string | undefined> {
  try {
    const clouds =
      environment === "preview"
        ? await startPreview([change], { envoy: { own: "/nowhere/envoy" } })
        : await environments.start(environment, change);
    await clouds.stop();
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return message.includes("ENVOY=/nowhere/envoy --version") ? undefined : message;
  }
}

test("an unknown attribute in every place of every environment is refused, or its block is open for a reason", async () => {
  const stacks = new Map(NAMES.map((name) => [name as string, ReadableStack.of(name)]));
  expect(PLACES.length).toBeGreaterThan(1000);
  const read = (environment: string, change: Change) => stacks.get(environment)?.refusal(change);
  expect(await unexpected(PLACES, read)).toEqual([]);
});

test("a door of every environment refuses, or takes, an unknown attribute of each kind of resource and block", async () => {
  const places = NAMES.flatMap((name) => onePerShape(PLACES.filter(({ environment }) => environment === name)));
  expect(places.length).toBeGreaterThan(300);
  expect(places.filter(isOpen).length).toBeGreaterThan(50);
  expect(await unexpected(places, refusal)).toEqual([]);
});
