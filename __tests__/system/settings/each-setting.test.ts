import { asRequired } from "../../support/existing";
import { SynthesizedEnvironments } from "../../support/local/environments";
import { groupsOf, hasEnvoy, leavesOfConfig, SETTINGS, shopWith } from "../../support/settings";
import { describeTerraform, providers, TerraformStack } from "../../support/terraform-stack";

/** Every key of the config, in as few environments as can have all of them. unit/settings sets each one alone. */
const GROUPS = groupsOf(SETTINGS);
const environments = GROUPS.map(({ keys, overlay }) => [keys.join(" "), shopWith(overlay)] as const);

test("the environments have every key of the config", () => {
  expect(GROUPS.flatMap(({ keys }) => keys).sort()).toEqual([...leavesOfConfig()].sort());
});

describeTerraform("the settings, planned and applied", () => {
  test.each(environments)("a second plan changes nothing with %s", (_, intent) => {
    providers?.meanwhile(asRequired(intent));
    const stack = TerraformStack.of(intent);
    stack.deploy();
    stack.expectNoChanges();
  });
});

test.each(environments.filter(([, intent]) => !hasEnvoy(intent)))(
  "the local front door opens with %s",
  async (_, intent) => {
    const doors = new SynthesizedEnvironments(["dev"], () => intent);
    try {
      const clouds = await doors.start("dev");
      expect((await fetch(new URL("/nothing-here", clouds.url))).status).toBeGreaterThanOrEqual(400);
      await clouds.stop();
    } finally {
      doors.remove();
    }
  },
);
