import { AGENT, secretsDev } from "../../../support/secret-settings";
import { stackOf } from "../../../support/stack";

const stack = stackOf(secretsDev());

test("an environment has one topic, to which only Google's service agent may publish", () => {
  expect(Object.keys(stack.all("google_pubsub_topic"))).toEqual(["secret_rotations"]);
  const { depends_on, ...topic } = stack.resource("google_pubsub_topic", "secret_rotations");
  expect(topic).toEqual({ name: "storefront-dev-secret-rotations" });
  expect(depends_on).toContain("google_project_service.pubsub");
  expect(stack.all("google_pubsub_topic_iam_binding")).toEqual({
    secret_rotations: expect.objectContaining({
      members: [AGENT],
      role: "roles/pubsub.publisher",
      topic: "${google_pubsub_topic.secret_rotations.id}",
    }),
  });
});

test("an environment that does not own its project also has a topic, and does not manage the project's APIs", () => {
  const intent = secretsDev();
  const guest = stackOf({ ...intent, google: { ...intent.google, ownsProject: false } });
  expect(guest.all("google_pubsub_topic")).toHaveProperty("secret_rotations");
  expect(guest.all("google_project_service")).toEqual({});
});
