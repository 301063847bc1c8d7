import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../support/command";
import { printed } from "../../support/documentation";
import { ROOT } from "../../support/places";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

function synthesize(allowances: string) {
  cpSync(join(ROOT, "examples/uploads/uploads.ts"), project.path("uploads.ts"));
  const main = 'import { frontDoor } from "cloud-front-door";\nimport { uploads } from "./uploads";\n';
  writeFileSync(project.path("main.ts"), `${main}export default frontDoor({ extend: uploads });\n`);
  writeFileSync(project.path("config/allowances.yaml"), allowances);
  return project.run(["synth", "dev"]);
}

test("the upload bucket needs the two printed allowances, and no other", () => {
  const refused = synthesize("{}\n");
  const found = [...refused.error.matchAll(/^.*?(google_\w+\.\w+): .*\(rule ([\w-]+)\)$/gm)];
  expect([refused.code, found.map(([, address, rule]) => `${rule} ${address}`)]).toEqual([
    1,
    [
      "authoritative-grants google_storage_bucket_iam_binding.uploads_creator",
      "federation-trust google_service_account_iam_binding.uploads_sign",
    ],
  ]);
  expect(synthesize(printed("allowances: uploads"))).toMatchObject({ code: 0 });
});

test("only the service signs, and what it signs as can only create objects in the bucket", () => {
  const { resource } = JSON.parse(readFileSync(project.path("synthesized/dev/main.tf.json"), "utf8"));
  const { role, members } = resource.google_service_account_iam_binding.uploads_sign;
  expect([role, members]).toEqual([
    "roles/iam.serviceAccountTokenCreator",
    ["serviceAccount:storefront-dev-orders-rt@storefront-dev.iam.gserviceaccount.com"],
  ]);
  const { "//": _, depends_on, ...creator } = resource.google_storage_bucket_iam_binding.uploads_creator;
  expect(depends_on).toEqual(["google_project_service.storage"]);
  expect(creator).toEqual({
    bucket: "${google_storage_bucket.uploads.id}",
    role: "roles/storage.objectCreator",
    members: ["${google_service_account.uploads_signer.member}"],
  });
});
