import { AGENT, secretsDev } from "../../../support/secret-settings";
import { devStack, stackOf } from "../../../support/stack";

const stack = stackOf(secretsDev());

test("an environment has one topic, on which Google's own account alone may publish", () => {
  expect(Object.keys(stack.all("google_pubsub_topic"))).toEqual(["secret_rotations"]);
  const { depends_on, ...topic } = stack.resource("google_pubsub_topic", "secret_rotations");
  expect(topic).toEqual({ name: "storefront-dev-secret-rotations" });
  expect(depends_on).toContain("google_project_service.pubsub");
  expect(stack.all("google_pubsub_topic_iam_binding")).toEqual({
    secret_rotations: expect.objectContaining({
      members: [AGENT],
      role: "roles/pubsub.publisher",
      topic: "${google_pubsub_topic.secret_rotations.name}",
    }),
  });
});

test("where no secret rotates there is none", () => {
  const { orders, accounts } = { orders: { PAYMENT_KEY: { version: "latest" } }, accounts: {} };
  for (const quiet of [devStack(), stackOf(secretsDev({ orders, accounts }))]) {
    expect(quiet.addresses().filter((address) => address.startsWith("google_pubsub"))).toEqual([]);
    expect(quiet.all("google_project_service")).not.toHaveProperty("pubsub");
  }
});

test("a guest in its project has a topic as well, and leaves the project's APIs alone", () => {
  const intent = secretsDev();
  const guest = stackOf({ ...intent, google: { ...intent.google, ownsProject: false } });
  expect(guest.all("google_pubsub_topic")).toHaveProperty("secret_rotations");
  expect(guest.all("google_project_service")).toEqual({});
});
