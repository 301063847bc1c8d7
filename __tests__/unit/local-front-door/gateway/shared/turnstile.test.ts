import { Turnstile } from "../../../../../packages/local-front-door/gateway/shared/gateway-server";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A turnstile that records which call started in which turn. */
function watched(most: number) {
  const turnstile = new Turnstile(() => most);
  const begun: string[] = [];
  const leaves = new Map<string, () => void>();
  const enter = (name: string) =>
    turnstile.enter((leave) => {
      begun.push(name);
      leaves.set(name, leave);
    });
  return { begun, enter, leave: (name: string) => leaves.get(name)?.() };
}

test("four start in each turn of the event loop, in the order of arrival", async () => {
  const { begun, enter } = watched(20);
  for (const name of "abcdefghij") enter(name);
  const seen = [[...begun]];
  for (let turn = 0; turn < 3; turn++) {
    await nextTurn();
    seen.push([...begun]);
  }
  expect(seen.map((names) => names.join(""))).toEqual(["abcd", "abcdefgh", "abcdefghij", "abcdefghij"]);
});

test("a further one waits until one leaves, and later ones do not overtake it", async () => {
  const { begun, enter, leave } = watched(2);
  for (const name of ["a", "b", "c"]) enter(name);
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  expect(begun).toEqual(["a", "b"]);
  enter("d");
  leave("b");
  await nextTurn();
  expect(begun).toEqual(["a", "b", "c"]);
  leave("a");
  await nextTurn();
  expect(begun).toEqual(["a", "b", "c", "d"]);
});
