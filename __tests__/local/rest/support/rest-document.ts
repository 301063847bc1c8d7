import { RestGateway } from "../../../../local/rest/rest-gateway";
import { Stack } from "../../../../local/stack";
import type { TerraformDocument } from "../../../../local/terraform-document";
import { LocalTrace } from "../../../../local/trace";
import { restDev } from "../../../support/rest";
import type { Change, EditableDocument } from "../../support/document";
import { SynthesizedEnvironments } from "../../support/environments";

/** Dev as a REST API, synthesized as it would be deployed. */
export function restEnvironment(): SynthesizedEnvironments {
  return new SynthesizedEnvironments(["dev"], () => restDev());
}

/** The gateway of a stack, not started: every declaration has been read, or refused. */
export function read(document: EditableDocument, ...changes: readonly Change[]): RestGateway {
  const changed = structuredClone(document);
  for (const change of changes) change(changed);
  const internet = { port: 0, authorityFile: "", authority: "", follow: () => {} };
  return new RestGateway(Stack.of(changed as TerraformDocument, "/nowhere"), [], internet, new LocalTrace());
}
