import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamBinding } from "@cdktf/provider-google/lib/pubsub-topic-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface SecretRotationsProps {
  /** Of the topic, which a project has once. */
  readonly name: string;
  /** Google's own account that sends the messages: its e-mail address. It exists once somebody has made it. */
  readonly agent: string;
  readonly after: readonly ITerraformDependable[];
}

/**
 * Where Google says that a secret's time has come, and whatever else happens to it: one topic for the environment. The
 * messages name secrets and hold no value. Nobody listens until somebody subscribes.
 */
export class SecretRotations extends Construct {
  /** Full name, `projects/P/topics/T`, known after apply. */
  readonly topic: string;
  /** Wait for this before a secret names the topic: Google asks whether it may publish. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, { name, agent, after }: SecretRotationsProps) {
    super(scope, id);
    const topic = new PubsubTopic(this, "secret-rotations", { name, dependsOn: [...after] });
    this.topic = topic.id;
    this.ready = new PubsubTopicIamBinding(new Construct(this, "Publisher"), "secret-rotations", {
      topic: topic.name,
      role: "roles/pubsub.publisher",
      members: [`serviceAccount:${agent}`],
    });
  }
}
