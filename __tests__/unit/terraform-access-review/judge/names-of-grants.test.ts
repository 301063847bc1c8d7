import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { NOTHING } from "../../../../packages/terraform-access-review/model/state";

const SECRET = "google_secret_manager_secret.key";

/** The changes when a grant on a secret gets another name for it. */
function renamed(from: string, to: string) {
  const state = (secret_id: string) => ({
    ...NOTHING,
    stack: {
      provider: {},
      resource: {
        google_secret_manager_secret: { key: { secret_id: "key" }, other: { secret_id: "other" } },
        google_secret_manager_secret_iam_binding: {
          key: { secret_id, role: "roles/x", members: ["group:a@x.example"] },
        },
      },
    },
  });
  const { resources, access } = changeOfStacks("dev", state(from), state(to));
  return [resources.length, access.rows.length + access.guards.length];
}

test("the short and the full name of a grant's object are the same", () => {
  expect(renamed(`\${${SECRET}.secret_id}`, `\${${SECRET}.id}`)).toEqual([0, 0]);
  expect(renamed(`\${${SECRET}.id}`, "${google_secret_manager_secret.other.id}")[0]).toBe(1);
  expect(renamed(`\${${SECRET}.secret_id}`, "${google_secret_manager_secret.other.secret_id}")[0]).toBe(1);
  expect(renamed(`\${${SECRET}.id}`, `\${${SECRET}.etag}`)[0]).toBe(1);
});
