/** Starts waiting work. Call `leave` when it ends. */
type Begin = (leave: () => void) => void;

/**
 * First come, first served, with a limit on concurrent work. Only one piece of work begins in each turn of the event
 * loop, because Node accepts one new connection a turn. Otherwise, the last of many would wait as many turns as there
 * are connections, each as long as all work that has entered.
 */
export class Turnstile {
  private readonly waiting: Begin[] = [];
  private inside = 0;
  private turned = false;

  /** @param most read at each entry */
  constructor(private readonly most: () => number) {}

  enter(begin: Begin): void {
    this.waiting.push(begin);
    this.turn();
  }

  private turn(): void {
    if (this.turned || this.inside >= this.most()) return;
    const begin = this.waiting.shift();
    if (begin === undefined) return;
    this.turned = true;
    setImmediate(() => {
      this.turned = false;
      this.turn();
    });
    this.inside += 1;
    begin(() => {
      this.inside -= 1;
      this.turn();
    });
  }
}
