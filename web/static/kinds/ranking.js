// Things in order: two lists, what has a place and what has none yet. A thing is placed by its digit, a click or by dragging, and
// moved by buttons, arrow keys or dragging; every step is announced.

import { t } from "../inputs.js";

const SHORT = 90;

function make(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

const excerpt = (value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHORT ? `${text.slice(0, SHORT).trimEnd()}…` : text;
};

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export default (box) => {
  const board = box.querySelector(".ranking");
  const own = JSON.parse(board.dataset.fields);
  const mayTie = "ties" in board.dataset;
  const top = Number(board.dataset.top) || Infinity;
  const plain = board.querySelector(".rank-plain");
  let things = [...plain.querySelectorAll("select")].map(({ dataset }) => ({ thing: JSON.parse(dataset.thing), title: dataset.title, text: excerpt(dataset.text) }));
  let placed = []; // { one, isTied: equal to the one above }
  plain.remove();

  const inOrder = make("ol", { class: "rank-order", "aria-label": t("In order, best first") });
  const waiting = make("ul", { class: "rank-waiting", "aria-label": t("Without a place") });
  const status = make("p", { class: "unseen", role: "status" });
  const hint = make("p", { class: "hint" });
  board.append(inOrder, hint, waiting, status);

  /** Of an item's fields, the things that this question asks about; another question of a form may ask about others. */
  const thingsIn = (fields) => fields.filter((field) => "thing" in field && own.includes(field.of ?? field.name));
  const wanted = () => Math.min(top, things.length);
  const left = () => wanted() - placed.length;
  const placeOf = (at) => placed.slice(0, at + 1).filter((row, k) => k === 0 || !row.isTied).length;

  function read() {
    return things.length && left() <= 0 ? draft() : undefined;
  }

  /** The order as far as it goes. */
  function draft() {
    if (!placed.length) return undefined;
    const order = [];
    for (const { one, isTied } of placed) {
      if (isTied) order.push([order.pop(), one.thing].flat());
      else order.push(one.thing);
    }
    return order.map((group) => (Array.isArray(group) ? sorted(group) : group));
  }

  /** Equals in the item's own order, as the server keeps them: numbers by size, names as their fields stand. */
  const sorted = (group) => (typeof group[0] === "number" ? group.toSorted((a, b) => a - b) : group);

  function write(order) {
    placed = (order ?? []).flatMap((group) =>
      [group].flat().map((thing, k) => ({ one: things.find((other) => same(other.thing, thing)), isTied: k > 0 })),
    );
    placed = placed.filter((row) => row.one);
    draw();
  }

  // --- What stands on the page ------------------------------------------------------------------------------------------

  function button(words, name, run, isOff = false) {
    const made = make("button", { type: "button", class: "button small", "aria-label": name }, words);
    made.disabled = isOff;
    made.onclick = run;
    return made;
  }

  const card = (one) => [make("b", {}, one.title), make("span", { class: "clamp", dir: "auto" }, one.text)];

  function draw(focused = null, part = "") {
    inOrder.replaceChildren(
      ...placed.map((row, at) => {
        const { one, isTied } = row;
        const grip = make("span", { class: "grip", "aria-hidden": "true" }, "⠿");
        const line = make(
          "li",
          { tabindex: "0", "data-at": at, value: placeOf(at), ...(isTied ? { class: "tied" } : {}) },
          grip,
          make("span", { class: "rank-place", "aria-hidden": "true" }, isTied ? "=" : String(placeOf(at))),
          ...card(one),
          make(
            "span",
            { class: "rank-acts" },
            ...(mayTie && at ? [button("=", t("%(thing)s is equal to the one above", { thing: one.title }), () => tie(at))] : []),
            button("↑ " + t("Up"), t("Move %(thing)s up", { thing: one.title }), () => move(at, -1, "up"), at === 0),
            button("↓ " + t("Down"), t("Move %(thing)s down", { thing: one.title }), () => move(at, 1, "down"), at === placed.length - 1),
            button("× " + t("Out"), t("Take %(thing)s out of the order", { thing: one.title }), () => takeOut(at)),
          ),
        );
        line.setAttribute("aria-label", t("Place %(place)s: %(thing)s", { place: placeOf(at), thing: `${one.title}, ${one.text}` }));
        if (mayTie && at) line.querySelector("button").setAttribute("aria-pressed", isTied);
        return line;
      }),
    );
    const free = things.filter((one) => !placed.some((row) => row.one === one));
    waiting.replaceChildren(
      ...free.map((one) => {
        const key = things.indexOf(one) + 1;
        const take = make("button", { type: "button", class: "label-row", ...(key < 10 ? { "data-key": key, "aria-keyshortcuts": key } : {}) });
        take.append(...(key < 10 ? [make("kbd", { "aria-hidden": "true" }, String(key))] : []), ...card(one));
        take.onclick = () => place(one);
        take.disabled = left() <= 0;
        return make("li", { "data-free": things.indexOf(one) }, take);
      }),
    );
    waiting.hidden = !free.length;
    hint.textContent = left() > 0 ? (top < things.length ? t("The best %(n)s, best first: %(left)s to place.", { n: wanted(), left: left() }) : t("Best first: %(left)s to place.", { left: left() })) : "";
    if (focused !== null) {
      const line = inOrder.children[focused];
      const wish = part && line?.querySelector(`.rank-acts button:nth-last-child(${part === "up" ? 3 : 2})`);
      (wish && !wish.disabled ? wish : line)?.focus({ preventScroll: true });
    }
  }

  function changed(words, focused = null, part = "") {
    draw(focused, part);
    status.textContent = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // --- Placing and moving -----------------------------------------------------------------------------------------------------

  const said = (at) => t("%(thing)s is at place %(place)s of %(n)s.", { thing: placed[at].one.title, place: placeOf(at), n: wanted() });

  function place(one, at = placed.length) {
    if (left() <= 0) return;
    placed.splice(at, 0, { one, isTied: false });
    untie();
    const more = left() > 0 ? t("%(left)s to place.", { left: left() }) : t("All have a place.");
    const hadFocus = waiting.contains(document.activeElement);
    changed(`${said(at)} ${more}`);
    if (hadFocus) (waiting.querySelector("button:not(:disabled)") ?? inOrder.lastElementChild)?.focus({ preventScroll: true });
  }

  /** The first has none above to be equal to. */
  function untie() {
    if (placed.length) placed[0].isTied = false;
  }

  function move(at, step, part = "") {
    const to = at + step;
    if (!(at in placed) || to < 0 || to >= placed.length) return;
    const [row] = placed.splice(at, 1);
    row.isTied = false;
    placed.splice(to, 0, row);
    untie();
    changed(said(to), to, part);
  }

  function tie(at) {
    if (!mayTie || !(at in placed) || at === 0) return;
    placed[at].isTied = !placed[at].isTied;
    const words = placed[at].isTied
      ? t("%(thing)s is equal to %(other)s.", { thing: placed[at].one.title, other: placed[at - 1].one.title })
      : said(at);
    changed(words, at);
  }

  function takeOut(at) {
    if (!(at in placed)) return;
    const [{ one }] = placed.splice(at, 1);
    untie();
    changed(t("%(thing)s has no place.", { thing: one.title }), placed.length ? Math.min(at, placed.length - 1) : null);
  }

  /** The row that keys speak of: the focused one, else the one placed last. */
  const current = () => {
    const line = document.activeElement?.closest?.(".rank-order > li");
    return line && board.contains(line) ? Number(line.dataset.at) : placed.length - 1;
  };

  // --- Dragging: by the grip on touch, by all of the row with a mouse ----------------------------------------------------------

  let drag = null;

  board.addEventListener("pointerdown", (event) => {
    const line = event.target.closest("li");
    if (!line || event.button || event.target.closest(".rank-acts")) return;
    if (event.pointerType !== "mouse" && !event.target.closest(".grip")) return;
    drag = { line, x: event.clientX, y: event.clientY, isMoving: false };
  });
  board.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.isMoving) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 6) return;
      drag.isMoving = true;
      board.setPointerCapture(event.pointerId);
      drag.line.classList.add("dragged");
    }
    const rows = [...inOrder.children].filter((row) => row !== drag.line);
    const before = rows.find((row) => event.clientY < row.getBoundingClientRect().top + row.offsetHeight / 2);
    if ("free" in drag.line.dataset && left() <= 0) return;
    inOrder.insertBefore(drag.line, before ?? null);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    board.addEventListener(name, () => {
      const { line, isMoving } = drag ?? {};
      drag = null;
      if (!isMoving) return;
      line.classList.remove("dragged");
      const to = [...inOrder.children].indexOf(line);
      if (name === "pointercancel" || to < 0) return draw();
      if ("free" in line.dataset) place(things[Number(line.dataset.free)], to);
      else if (Number(line.dataset.at) !== to) move(Number(line.dataset.at), to - Number(line.dataset.at));
      else draw(to);
      // The click that ends a drag is none.
      board.addEventListener("click", (click) => (click.stopPropagation(), click.preventDefault()), { capture: true, once: true });
      setTimeout(() => board.dispatchEvent(new MouseEvent("click", { cancelable: true })), 0);
    });
  }

  draw();
  return {
    read,
    draft,
    write,
    item(_, fields) {
      things = thingsIn(fields).map(({ thing, title, value }) => ({ thing, title, text: excerpt(value) }));
      placed = [];
      draw();
    },
    focus() {
      (waiting.querySelector("button:not(:disabled)") ?? inOrder.querySelector("li"))?.focus({ preventScroll: true });
    },
    words(answer, { fields = [] } = {}) {
      const title = (thing) => thingsIn(fields).find((field) => same(field.thing, thing))?.title ?? String(thing);
      return answer.map((group) => [group].flat().map(title).join(" = ")).join(" > ");
    },
    missing: () => t("%(left)s to place, then submit.", { left: left() }),
    keys: [
      { keys: ["arrowup"], words: t("Move the focused thing up, or the one placed last"), run: () => move(current(), -1), mayRepeat: true },
      { keys: ["arrowdown"], words: t("… and down"), run: () => move(current(), 1), mayRepeat: true },
      { keys: ["delete"], words: t("Take it out of the order"), run: () => takeOut(current()) },
      ...(mayTie ? [{ keys: ["="], words: t("Equal to the one above, or not"), run: () => tie(current()) }] : []),
    ],
  };
};
