// Several questions on one item. Each has the widget of its own kind; here is which of them are asked, and which one is in hand:
// keys count for that one alone. A single choice moves on to the next question without an answer, and so does Enter.

import { isTyping, nameOfKey, t, widgetOf } from "../inputs.js";

const MANY = 12; // labels, from which on they have a search

export default async (box) => {
  const questions = await Promise.all(
    [...box.querySelectorAll(".question")].map(async (element) => {
      const { name, kind, onlyIf, script } = element.dataset;
      const answer = element.querySelector(".question-answer");
      const widget = await widgetOf(answer, script);
      const condition = element.querySelector(".only-if");
      if (condition) condition.hidden = true;
      const question = { element, name, kind, widget, keys: widget.keys ?? [], words: element.querySelector("legend span").textContent, isRequired: "required" in element.dataset, onlyIf: JSON.parse(onlyIf) };
      if (answer.querySelectorAll(".label-rows > .label-row").length > MANY && !question.keys.some((row) => row.keys.includes("/"))) {
        const find = (await import("../find.js")).begin(answer, () => widget.focus(), `find-${name}`);
        question.search = find;
        question.keys = [...question.keys, { keys: ["/"], words: t("Find a label by its words"), run: () => find.field.focus() }];
      }
      return question;
    }),
  );
  const byName = new Map(questions.map((question) => [question.name, question]));
  let here = null;
  let item = null; // where the item is shown

  const isAsked = (question, answers) =>
    Object.entries(question.onlyIf).every(([name, wanted]) => name in answers && wanted.some((one) => meets(byName.get(name).widget, answers[name], one)));
  const meets = (widget, answer, wanted) => widget.meets?.(answer, wanted) ?? answer === wanted;

  /** What is said to each question that is asked; `read` says how a question is read. */
  function answersBy(read) {
    const answers = {};
    for (const question of questions) {
      if (!isAsked(question, answers)) continue;
      const answer = read(question.widget);
      if (answer !== undefined) answers[question.name] = answer;
    }
    return answers;
  }

  const asked = () => questions.filter((question) => !question.element.hidden);
  /** A question whose answer is wanted, or was begun and cannot stand. */
  const lacks = ({ widget, isRequired }) => widget.read() === undefined && (isRequired || widget.draft?.() !== undefined);
  const isEmpty = ({ widget }) => (widget.draft ?? widget.read)() === undefined;

  /** Show the questions that are asked now. */
  function settle() {
    const answers = answersBy((widget) => widget.read());
    const known = {};
    for (const question of questions) {
      question.element.hidden = !isAsked(question, known);
      if (!question.element.hidden && question.name in answers) known[question.name] = answers[question.name];
    }
    if (!here || here.element.hidden) here = asked().find(isEmpty) ?? asked()[0];
    stand();
  }

  /** Tell every question how it stands: asked or not, in hand or not. */
  function stand() {
    for (const one of questions) {
      one.element.classList.toggle("here", one === here);
      one.widget.stand?.({ isAsked: !one.element.hidden, isHere: one === here });
    }
  }

  /** Take a question in hand. */
  function turnTo(question) {
    if (question === here) return;
    here = question;
    stand();
    box.dispatchEvent(new Event("turned"));
  }

  function goTo(question) {
    turnTo(question);
    question.widget.focus();
    question.element.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = asked();
    goTo(all[Math.max(0, Math.min(all.length - 1, all.indexOf(here) + by))]);
  }

  /** Of the questions behind this one, else of those before it, the first that is so. */
  function nextThat(is) {
    const all = asked();
    const at = all.indexOf(here);
    return [...all.slice(at + 1), ...all.slice(0, at)].find(is);
  }

  /** The next question without an answer. Not into a text that may be left out: there Enter would begin a line, and submit no
   *  more. */
  function moveOn() {
    const next = nextThat((one) => isEmpty(one) && (one.isRequired || one.kind !== "text"));
    if (next) goTo(next);
  }

  const questionOf = (target) => questions.find(({ element }) => element.contains(target));

  // By mouse too, where nothing takes the focus; "enter" comes from a question whose answer lies in the item itself.
  for (const name of ["focusin", "pointerdown", "enter"]) {
    box.addEventListener(name, ({ target }) => {
      const question = questionOf(target);
      if (question) turnTo(question);
    });
  }

  let isWalking = false; // an arrow key walks along radio buttons: that is no choice yet
  box.addEventListener("keydown", (event) => (isWalking = event.key.startsWith("Arrow")), true);
  box.addEventListener("keyup", () => (isWalking = false));
  box.addEventListener("input", ({ target }) => {
    settle();
    if (!isWalking && target.matches("input[type=radio]") && !target.closest(".slider")) moveOn();
  });

  // Before the desk hears of them: the keys of the question in hand, wherever the focus is in the item or its answer.
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.defaultPrevented || event.isComposing || event.altKey || !box.offsetParent) return;
    if (target !== document.body && !box.contains(target) && !item?.contains(target)) return;
    if (isTyping(target) || document.querySelector(".pop[open]")) return;
    const key = nameOfKey(event);
    const row = here.keys.find(({ keys }) => keys.includes(key));
    if (!row || (event.repeat && !row.mayRepeat)) return;
    event.preventDefault();
    row.run();
  });

  settle();

  return {
    hasSeveral: true, // so no label's key submits at once
    read() {
      if (asked().some(lacks)) return undefined;
      const answers = answersBy((widget) => widget.read());
      return Object.keys(answers).length ? answers : undefined;
    },
    draft() {
      const answers = answersBy((widget) => (widget.draft ?? widget.read)());
      return Object.keys(answers).length ? answers : undefined;
    },
    write(answer) {
      for (const { name, widget, search } of questions) {
        search?.clear();
        widget.write(answer?.[name]);
      }
      here = null;
      settle();
      box.dispatchEvent(new Event("turned"));
    },
    suggest(answer) {
      for (const { name, widget } of questions) widget.suggest(answer?.[name]);
    },
    focus() {
      goTo(asked().find(lacks) ?? asked().find(isEmpty) ?? here);
    },
    /** From a question that is answered to the next that is not; whether there was one. */
    goOn() {
      const next = lacks(here) ? null : nextThat(lacks);
      if (next) goTo(next);
      return Boolean(next);
    },
    words: (answer, one = {}) =>
      questions
        .filter(({ name }) => name in answer)
        .map(({ name, widget }) => widget.words(answer[name], { ...one, shown: one.shown?.[name] }))
        .join(" · "),
    item(where, fields, shown) {
      item = where;
      for (const { name, widget } of questions) widget.item?.(where, fields, shown?.[name] ?? null);
      stand();
    },
    arrange(shown) {
      for (const { name, widget } of questions) widget.arrange?.(shown?.[name]);
    },
    missing() {
      const question = asked().find(lacks);
      if (!question) return t("Nothing is answered yet. Answer a question, then submit.");
      const named = { question: question.words };
      const isBegun = question.widget.draft?.() !== undefined;
      if (!isBegun) return t("“%(question)s” is not answered yet. Answer it, then submit.", named);
      const fault = question.widget.missing?.();
      return fault ? t("“%(question)s”: %(fault)s", { ...named, fault }) : t("“%(question)s”: this answer cannot stand.", named);
    },
    /** The keys of the question in hand, for the list of keys. */
    keysHere: () => here.keys,
    keys: [
      { keys: ["n"], words: t("Next question"), run: () => step(1) },
      { keys: ["p"], words: t("The question before"), run: () => step(-1) },
      { keys: ["ctrl+arrowdown"], words: t("Next question, out of a text field or a drawing too"), run: () => step(1), isAnywhere: true },
      { keys: ["ctrl+arrowup"], words: t("… and the one before"), run: () => step(-1), isAnywhere: true },
    ],
  };
};
