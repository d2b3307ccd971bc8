// What is marked, with all that was done and undone. A span is {start, end, label} in code points and never changes: a change
// puts another in its place, in the relations too.

const inOrder = (one, other) => one.start - other.start || one.end - other.end || (one.label < other.label ? -1 : one.label > other.label ? 1 : 0);
export const isSame = (one, other) => one.start === other.start && one.end === other.end && one.label === other.label;
export const overlaps = (one, other) => one.start < other.end && other.start < one.end;

const EMPTY = { spans: [], relations: [], none: false };

export class Book {
  #past = [];
  #future = [];
  now = EMPTY;

  /** Begin with an answer (undefined for none); nothing is left to undo. */
  open(answer) {
    this.#past = [];
    this.#future = [];
    const spans = (answer?.spans ?? []).map(({ start, end, label }) => ({ start, end, label }));
    const relations = (answer?.relations ?? []).map(({ from, to, label }) => ({ source: spans[from], target: spans[to], label }));
    this.now = { spans: spans.toSorted(inOrder), relations, none: Boolean(answer?.none) };
  }

  get answer() {
    const { spans, relations, none } = this.now;
    if (!spans.length) return none ? { none: true } : undefined;
    const plain = { spans: spans.map(({ start, end, label }) => ({ start, end, label })) };
    if (!relations.length) return plain;
    return { ...plain, relations: relations.map(({ source, target, label }) => ({ from: spans.indexOf(source), to: spans.indexOf(target), label })) };
  }

  #change(next) {
    this.#past.push(this.now);
    this.#future = [];
    this.now = { ...this.now, ...next };
  }

  add(span) {
    this.#change({ spans: [...this.now.spans, span].sort(inOrder), none: false });
    return span;
  }

  replace(old, span) {
    const swap = (one) => (one === old ? span : one);
    this.#change({
      spans: this.now.spans.map(swap).sort(inOrder),
      relations: this.now.relations.map((one) => ({ ...one, source: swap(one.source), target: swap(one.target) })),
    });
    return span;
  }

  remove(span) {
    const { spans, relations } = this.now;
    this.#change({ spans: spans.filter((one) => one !== span), relations: relations.filter((one) => one.source !== span && one.target !== span) });
  }

  relate(source, target, label) {
    if (this.now.relations.some((one) => one.source === source && one.target === target && one.label === label)) return false;
    this.#change({ relations: [...this.now.relations, { source, target, label }] });
    return true;
  }

  unrelate(relation) {
    this.#change({ relations: this.now.relations.filter((one) => one !== relation) });
  }

  sayNone(none) {
    this.#change({ spans: [], relations: [], none });
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  undo() {
    if (!this.canUndo) return false;
    this.#future.push(this.now);
    this.now = this.#past.pop();
    return true;
  }

  redo() {
    if (!this.canRedo) return false;
    this.#past.push(this.now);
    this.now = this.#future.pop();
    return true;
  }

  /** How deep each span lies under others that overlap it: 0 for the first, as parallel lines under the text. */
  levels() {
    const levels = new Map();
    let open = [];
    for (const span of this.now.spans) {
      open = open.filter((one) => one.end > span.start);
      const taken = new Set(open.map((one) => levels.get(one)));
      let level = 0;
      while (taken.has(level)) level++;
      levels.set(span, level);
      open.push(span);
    }
    return levels;
  }
}
