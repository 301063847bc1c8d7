import { PassThrough } from "node:stream";
import { QUESTIONS } from "../../../../cli/init/answers";
import { terminalQuestions } from "../../../../cli/init/init";
import { CommandError } from "../../../../cli/process/command-error";

/** Answers everything except the first service, whose default needs no tool of this machine. */
function ask() {
  const answered: Record<string, string> = { environments: "dev,prod" };
  for (const { flag } of QUESTIONS) if (flag !== "service") answered[flag] ??= "given";
  const [input, output] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  return { input, answers: terminalQuestions(answered, "/", { input, output }) };
}

test.each([
  ["Ctrl-C", "\x03", 130],
  ["Ctrl-D", "\x04", 64],
])("%s at a question ends the command, and nothing is written", async (_, key, exitCode) => {
  const { input, answers } = ask();
  input.write(key);
  const error = await answers.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ exitCode, message: "no answer: nothing was written" });
});

test("the end of the input ends the command too", async () => {
  const { input, answers } = ask();
  input.end();
  await expect(answers).rejects.toMatchObject({ exitCode: 64 });
});

test("no step is reported from the first question to the last answer, also while a default is read", async () => {
  const sent: unknown[] = [];
  await jest.isolateModulesAsync(async () => {
    const { isTTY } = process.stderr;
    process.stderr.isTTY = true;
    jest.doMock("node:worker_threads", () => ({
      Worker: class {
        on() {}
        unref() {}
        postMessage({ step }: { step: { what?: string } }) {
          sent.push(step.what);
        }
      },
    }));
    const { step } = require("../../../../cli/process/progress") as typeof import("../../../../cli/process/progress");
    const own = require("../../../../cli/init/init") as typeof import("../../../../cli/init/init");
    const end = step("init");
    const answered = Object.fromEntries(QUESTIONS.map(({ flag }) => [flag, "given"]));
    const { service: _, environments: __, ...rest } = answered;
    const [input, output] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
    const answers = own.terminalQuestions({ ...rest }, "/", { input, output });
    input.write("dev\r");
    setImmediate(() => input.write("orders\r"));
    await answers;
    end();
    process.stderr.isTTY = isTTY;
    jest.dontMock("node:worker_threads");
  });
  // The step, nothing until both are answered, the step, the end.
  expect(sent).toEqual(["init", undefined, "init", undefined]);
});

test("repeats a question until the answer fits", async () => {
  const log = jest.spyOn(console, "log").mockImplementation();
  const { input, answers } = ask();
  input.write("Orders\r");
  setImmediate(() => input.write("orders\r"));
  await expect(answers).resolves.toMatchObject({ service: "orders" });
  expect(log).toHaveBeenCalledTimes(1);
  log.mockRestore();
});
