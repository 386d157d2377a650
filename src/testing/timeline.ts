/** What is to happen, in order of time. Nothing here waits: whoever owns the world takes the next. */
export interface Timeline {
  /** True time: ms since the world began. It only moves forward, and no tab can see it. */
  readonly now: number;
  /** `run` at an instant, or as soon as possible where that has passed. Returns the function that calls it off. */
  at(time: number, run: () => void): () => void;
  /** The same, in so many ms. */
  after(ms: number, run: () => void): () => void;
  /** When the next is due. */
  next(): number | undefined;
  /** Moves the time to the next and runs it. */
  take(): void;
  /** Moves the time where nothing is due before. */
  moveTo(time: number): void;
}

interface Entry {
  readonly time: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const before = (a: Entry, b: Entry) => a.time < b.time || (a.time === b.time && a.order < b.order);

/** A binary heap: at equal times first come, first served. */
export function createTimeline(): Timeline {
  const heap: Entry[] = [];
  let now = 0;
  let orders = 0;
  const entry = (index: number) => heap[index] as Entry;

  function push(added: Entry) {
    let at = heap.push(added) - 1;
    for (let up = (at - 1) >> 1; at > 0 && before(added, entry(up)); up = (at - 1) >> 1) {
      heap[at] = entry(up);
      at = up;
    }
    heap[at] = added;
  }
  function pop() {
    const last = heap.pop();
    if (!last || !heap.length) return;
    let at = 0;
    for (let down = 1; down < heap.length; down = 2 * at + 1) {
      if (down + 1 < heap.length && before(entry(down + 1), entry(down))) down++;
      if (!before(entry(down), last)) break;
      heap[at] = entry(down);
      at = down;
    }
    heap[at] = last;
  }
  /** What was called off is thrown away when it comes to the top. */
  function top(): Entry | undefined {
    while (heap.length && !entry(0).run) pop();
    return heap[0];
  }

  const timeline: Timeline = {
    get now() {
      return now;
    },
    at(time, run) {
      const added: Entry = { time: Math.max(time, now), order: orders++, run };
      push(added);
      return () => {
        added.run = undefined;
      };
    },
    after: (ms, run) => timeline.at(now + ms, run),
    next: () => top()?.time,
    take() {
      const due = top();
      if (!due) return;
      pop();
      now = due.time;
      const { run } = due;
      due.run = undefined;
      run?.();
    },
    moveTo(time) {
      now = Math.max(now, time);
    },
  };
  return timeline;
}
