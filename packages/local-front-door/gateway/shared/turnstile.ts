/** Starts waiting work. Call `leave` when it ends. */
type Begin = (leave: () => void) => void;

/**
 * How many pieces of work begin in one turn. Their calls to a service then follow each other closely, which saves
 * waking a sleeping process for each call. A new connection waits for the work of this many.
 */
const BEGIN_A_TURN = 4;

/**
 * Starts work in order of arrival, with a limit on concurrent work. Only a few pieces begin in each turn of the event
 * loop, because Node accepts one new connection per turn. Otherwise, the last of many connections would wait as many
 * turns as there are connections, and each turn would be as long as all work that has begun.
 */
export class Turnstile {
  private readonly waiting: Begin[] = [];
  private inside = 0;
  /** How many pieces of work began in this turn. */
  private begun = 0;

  /** @param most read at each entry */
  constructor(private readonly most: () => number) {}

  enter(begin: Begin): void {
    this.waiting.push(begin);
    this.turn();
  }

  private turn(): void {
    while (this.begun < BEGIN_A_TURN && this.inside < this.most()) {
      const begin = this.waiting.shift();
      if (begin === undefined) return;
      if (this.begun === 0) setImmediate(() => this.nextTurn());
      this.begun += 1;
      this.inside += 1;
      begin(() => {
        this.inside -= 1;
        this.turn();
      });
    }
  }

  private nextTurn(): void {
    this.begun = 0;
    this.turn();
  }
}
