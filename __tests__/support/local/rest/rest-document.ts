import { restDev } from "../../rest";
import { SynthesizedEnvironments } from "../environments";

/** Dev as a REST API, synthesized as it would be deployed. */
export function restEnvironment(): SynthesizedEnvironments {
  return new SynthesizedEnvironments(["dev"], () => restDev());
}
