import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamBinding } from "@cdktf/provider-google/lib/pubsub-topic-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface SecretRotationsProps {
  /** Name of the topic, of which a project has one. */
  readonly name: string;
  /** Google's own account that sends the messages: its e-mail address. It exists once it has been created. */
  readonly agent: string;
  readonly after: readonly ITerraformDependable[];
}

/**
 * The environment's one topic on which Google publishes that a secret is due, and its other events. The messages name
 * secrets and hold no value. The topic has no subscription of its own.
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
