// An entry of a tree: a search over whole paths, and a tree to walk. Its entries come from the list that the page has for
// browsers without a script. Only what is open stands in the page, so that ten thousand entries stay quick.

import { t, tn } from "../inputs.js";

const SEPARATOR = " > ";
const FEW = 40; // a tree of so many entries stands open
const AT_ONCE = 200; // so many entries beside one another are drawn at once
const HITS = 50;

let trees = 0;

/** Without case and accents: "Café" is found by "cafe", "Straße" by "strasse". */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");

function make(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** The entries of the list: each with its path, name, those below it, whether it may be chosen. */
function readList(list) {
  const root = { path: "", children: [] };
  const byPath = new Map();
  for (const option of list.options) {
    if (!option.value) continue;
    const cut = option.value.lastIndexOf(SEPARATOR);
    const above = cut < 0 ? root : byPath.get(option.value.slice(0, cut));
    const name = cut < 0 ? option.value : option.value.slice(cut + SEPARATOR.length);
    const entry = { path: option.value, name, words: option.dataset.words ?? "", may: !option.disabled, above, children: [] };
    above.children.push(entry);
    byPath.set(option.value, entry);
  }
  return { root, byPath };
}

export default (box) => {
  const list = box.querySelector("select.tree-list");
  const { root, byPath } = readList(list);
  const entries = [...byPath.values()];
  const id = `tree-${++trees}`;
  let chosen = null;
  let active = -1; // the hit that Enter takes
  let hits = [];

  // --- What stands on the page ------------------------------------------------------------------------------------------

  const search = make("input", {
    type: "search", class: "tree-search", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-hits`,
    "aria-autocomplete": "list", "aria-label": t("Search the tree"), "aria-keyshortcuts": "/", placeholder: t("Search"),
    autocomplete: "off", spellcheck: "false", enterkeyhint: "done",
  }); // prettier-ignore
  const path = make("p", { class: "tree-chosen" });
  const found = make("ul", { class: "tree-hits", role: "listbox", id: `${id}-hits`, "aria-label": t("Found entries"), hidden: "" });
  const count = make("p", { class: "hint tree-count", role: "status" });
  const tree = make("ul", { class: "tree", role: "tree", "aria-label": t("Entries") });
  list.hidden = true;
  list.disabled = true;
  box.append(make("div", { class: "tree-pick" }, make("div", { class: "tree-find" }, search, make("kbd", { "aria-hidden": "true" }, "/")), path, count, found, tree));

  function rowOf(entry) {
    if (entry.row) return entry.row;
    const hasMore = entry.children.length > 0;
    const name = make("span", { dir: "auto" }, entry.name);
    const line = make("div", { class: "tree-row" }, ...(hasMore ? [make("span", { class: "twisty", "aria-hidden": "true" })] : []), name);
    if (entry.words) line.title = entry.words;
    entry.row = make("li", { role: "treeitem", tabindex: "-1", "aria-label": entry.name }, line);
    if (entry.may) entry.row.setAttribute("aria-selected", String(entry === chosen));
    if (hasMore) entry.row.setAttribute("aria-expanded", "false");
    entry.row.entry = entry;
    return entry.row;
  }

  /** Put the entries beside one another into their place, so many at once; `until` is one that has to be among them. */
  function fill(group, children, until = null) {
    const have = group.querySelectorAll(":scope > li:not(.tree-more)").length;
    const wanted = until ? children.indexOf(until) + 1 : 0;
    if (have && have >= wanted) return;
    const stop = Math.max(have + AT_ONCE, wanted);
    group.querySelector(":scope > .tree-more")?.remove();
    group.append(...children.slice(have, stop).map(rowOf));
    for (const [place, entry] of children.slice(0, stop).entries()) {
      entry.row.setAttribute("aria-posinset", place + 1);
      entry.row.setAttribute("aria-setsize", children.length);
    }
    if (children.length > stop) {
      const words = tn("%(n)s more", "%(n)s more", children.length - stop);
      const more = make("li", { role: "treeitem", class: "tree-more", tabindex: "-1" }, make("div", { class: "tree-row" }, words));
      more.more = () => (fill(group, children), goTo(children[stop].row));
      group.append(more);
    }
  }

  const isOpen = (entry) => entry.row?.getAttribute("aria-expanded") === "true";

  function open(entry, until) {
    if (!entry.group) entry.row.append((entry.group = make("ul", { role: "group" })));
    fill(entry.group, entry.children, until);
    entry.row.setAttribute("aria-expanded", "true");
  }

  function shut(entry) {
    entry.row.setAttribute("aria-expanded", "false");
    if (entry.row.contains(document.activeElement)) goTo(entry.row);
  }

  /** Open the way to an entry; its row. */
  function reach(entry) {
    const way = [];
    for (let at = entry.above; at !== root; at = at.above) way.unshift(at);
    for (const [place, at] of [...way, entry].entries()) {
      const above = place ? way[place - 1] : null;
      if (above) open(above, at);
      else fill(tree, root.children, at);
    }
    return entry.row;
  }

  const rows = () => [...tree.querySelectorAll("[role=treeitem]")].filter((row) => !row.parentElement.closest("[aria-expanded=false]"));

  function stop(row) {
    for (const one of tree.querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
    row.tabIndex = 0;
  }

  function goTo(row) {
    stop(row);
    row.focus({ preventScroll: true });
    row.firstChild.scrollIntoView({ block: "nearest" });
  }

  // --- Choosing -----------------------------------------------------------------------------------------------------------

  function draw() {
    const steps = chosen ? chosen.path.split(SEPARATOR) : [];
    path.classList.toggle("none", !chosen);
    path.replaceChildren(
      ...(chosen ? [] : [t("Nothing chosen yet")]),
      ...steps.flatMap((step, place) => [...(place ? [make("span", { class: "into", "aria-hidden": "true" }, "›"), " "] : []), make(place === steps.length - 1 ? "strong" : "span", { dir: "auto" }, step), " "]),
      ...(chosen?.words ? [make("small", { dir: "auto" }, chosen.words)] : []),
    );
    for (const row of tree.querySelectorAll('[aria-selected="true"]')) row.setAttribute("aria-selected", "false");
    if (chosen) reach(chosen).setAttribute("aria-selected", "true");
  }

  function put(entry) {
    chosen = entry;
    draw();
    if (entry) stop(entry.row);
  }

  function choose(entry) {
    put(entry);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** A row was meant: choose it, or open what cannot be chosen. */
  function take(row) {
    if (row.more) return row.more();
    const { entry } = row;
    if (entry.may) return choose(entry);
    return isOpen(entry) ? shut(entry) : open(entry);
  }

  // --- Searching -----------------------------------------------------------------------------------------------------------

  function rank(entry, words) {
    entry.plain ??= plain(entry.path.replaceAll(SEPARATOR, " / "));
    if (!words.every((word) => entry.plain.includes(word))) return Infinity;
    entry.last ??= plain(entry.name);
    const [first] = words;
    if (entry.last === words.join(" ")) return 0;
    if (entry.last.startsWith(first)) return 1;
    if (entry.last.includes(` ${first}`)) return 2;
    return entry.last.includes(first) ? 3 : 4;
  }

  function find() {
    const words = plain(search.value).split(/[\s>\/]+/).filter(Boolean); // \/: the catalogue reads a bare one as the end of the pattern
    const ranked = words.length ? entries.filter((entry) => entry.may).map((entry) => [rank(entry, words), entry]).filter(([at]) => at < Infinity) : [];
    ranked.sort(([first], [second]) => first - second);
    hits = ranked.slice(0, HITS).map(([, entry]) => entry);
    active = hits.length ? 0 : -1;
    const isSearching = words.length > 0;
    found.hidden = !hits.length;
    tree.hidden = isSearching;
    search.setAttribute("aria-expanded", String(hits.length > 0));
    const more = ranked.length - hits.length;
    if (!isSearching) count.textContent = "";
    else if (more) count.textContent = t("The first %(first)s of %(all)s: type more of it.", { first: HITS, all: ranked.length });
    else count.textContent = hits.length ? tn("%(n)s found", "%(n)s found", hits.length) : t("Nothing is found.");
    found.replaceChildren(
      ...hits.map((entry, place) => {
        const steps = entry.path.split(SEPARATOR);
        const line = make("li", { role: "option", id: `${id}-hit-${place}`, "aria-selected": "false", dir: "auto" }, make("strong", {}, steps.pop()), " ", make("small", {}, steps.join(" › ")));
        line.entry = entry;
        return line;
      }),
    );
    point();
  }

  function point() {
    for (const [place, line] of [...found.children].entries()) line.setAttribute("aria-selected", String(place === active));
    if (active >= 0) {
      search.setAttribute("aria-activedescendant", `${id}-hit-${active}`);
      found.children[active].scrollIntoView({ block: "nearest" });
    } else search.removeAttribute("aria-activedescendant");
  }

  function endSearch() {
    search.value = "";
    find();
  }

  function takeHit(entry) {
    endSearch();
    choose(entry);
    goTo(entry.row);
  }

  // --- Keys, mouse and touch ---------------------------------------------------------------------------------------------

  const IN_SEARCH = {
    ArrowDown: () => (hits.length ? ((active = (active + 1) % hits.length), point()) : goTo(tree.querySelector('[tabindex="0"]'))),
    ArrowUp: () => hits.length && ((active = (active + hits.length - 1) % hits.length), point()),
    Enter: () => active >= 0 && takeHit(hits[active]),
    Escape: () => (search.value ? endSearch() : goTo(tree.querySelector('[tabindex="0"]'))),
  };

  const IN_TREE = {
    ArrowDown: (row, all) => goTo(all[Math.min(all.indexOf(row) + 1, all.length - 1)]),
    ArrowUp: (row, all) => (all[0] === row ? search.focus() : goTo(all[all.indexOf(row) - 1])),
    Home: (row, all) => goTo(all[0]),
    End: (row, all) => goTo(all.at(-1)),
    ArrowRight: ({ entry }) => {
      if (!entry?.children.length) return;
      if (isOpen(entry)) goTo(entry.children[0].row);
      else open(entry);
    },
    ArrowLeft: ({ entry, parentElement }) => {
      if (entry && isOpen(entry)) shut(entry);
      else if (parentElement !== tree) goTo(parentElement.closest("[role=treeitem]"));
    },
    Enter: take,
    " ": take,
  };

  search.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || !(event.key in IN_SEARCH)) return;
    if (event.key === "Enter" && active < 0 && !search.value) return;
    event.preventDefault();
    IN_SEARCH[event.key]();
  });
  search.addEventListener("input", (event) => {
    event.stopPropagation(); // a search is no answer
    find();
  });
  found.addEventListener("click", (event) => {
    const line = event.target.closest("[role=option]");
    if (line) takeHit(line.entry);
  });
  tree.addEventListener("keydown", (event) => {
    const row = event.target.closest("[role=treeitem]");
    if (!row || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const name = document.dir === "rtl" ? ({ ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[event.key] ?? event.key) : event.key;
    if (!(name in IN_TREE)) return;
    // What is chosen already is submitted by the same key.
    if (["Enter", " "].includes(name) && row.entry && row.entry === chosen) return;
    event.preventDefault();
    IN_TREE[name](row, rows());
  });
  tree.addEventListener("click", (event) => {
    const row = event.target.closest("[role=treeitem]");
    if (!row) return;
    stop(row);
    row.focus({ preventScroll: true });
    if (event.target.closest(".twisty")) isOpen(row.entry) ? shut(row.entry) : open(row.entry);
    else take(row);
  });

  fill(tree, root.children);
  draw();
  if (entries.length <= FEW || root.children.length === 1) for (const entry of entries.length <= FEW ? entries : root.children) if (entry.children.length) open(entry);
  tree.querySelector("li").tabIndex = 0;
  if (list.value) put(byPath.get(list.value));

  return {
    read: () => chosen?.path,
    write(answer) {
      if (search.value) endSearch();
      put(answer === undefined ? null : (byPath.get(answer) ?? null));
      if (!chosen) tree.querySelector("li").tabIndex = 0;
    },
    focus: () => goTo(chosen ? chosen.row : (tree.querySelector('[tabindex="0"]') ?? tree.firstChild)),
    meets: (answer, wanted) => answer === wanted || answer.startsWith(wanted + SEPARATOR),
    words: (answer) => answer,
    missing: () => t("Nothing is chosen yet. Choose an entry of the tree, then submit."),
    keys: [{ keys: ["/"], words: t("Search the tree"), run: () => search.focus() }],
  };
};
