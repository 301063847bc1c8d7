import { rotatedIntent } from "../support/rotation";
import { SynthesizedEnvironments } from "./support/environments";

const environments = new SynthesizedEnvironments(["dev"], () => rotatedIntent());
afterAll(() => environments.remove());

async function start(edit: Parameters<SynthesizedEnvironments["start"]>[1] = () => {}): Promise<string> {
  try {
    const clouds = await environments.start("dev", edit);
    const names = clouds.functions.map(({ name }) => name);
    await clouds.stop();
    return names.join();
  } catch (error) {
    return (error as Error).message;
  }
}

test("an environment whose secrets are rotated starts, and of its functions those that decide on calls", async () => {
  expect(await start()).toBe("storefront-dev-callers,storefront-dev-public");
});

test.each([
  "aws_cloudwatch_event_rule.check_secret_reporting_agent",
  "aws_cloudwatch_event_target.check_secret_reporting_agent",
  "aws_cloudwatch_log_metric_filter.secret_age_reporting_agent",
  "aws_cloudwatch_metric_alarm.late_rotation_reporting_agent",
  "aws_lambda_function.rotate_secret_reporting_agent",
  "aws_lambda_permission.secret_rotation_reporting_agent",
  "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent",
])("an unknown attribute of %s stops the start with its address", async (address) => {
  const [type = "", name = ""] = address.split(".");
  const unknown = await start(({ resource }) => {
    Object.assign(resource[type]?.[name] ?? {}, { unheard_of: true });
  });
  expect(unknown).toBe(`${address}.unheard_of: unknown to the local stand-in`);
});
