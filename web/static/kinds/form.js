// Several questions on one item. Each has the widget of its own kind; here is which of them are asked, which one is in focus
// (keys of labels count for that one), and that a single choice moves on to the next question without an answer.

import { widgetOf } from "../inputs.js";
import { t } from "../inputs.js";

const SEPARATOR = " > ";

/** Whether an answer, a label in it or an entry above it is one of those wanted; as in labeling/kinds/questions.py. */
function meets(kind, answer, wanted) {
  if (kind === "multichoice") return answer.some((one) => wanted.includes(one));
  if (kind === "taxonomy") return wanted.some((one) => answer === one || answer.startsWith(one + SEPARATOR));
  return wanted.includes(answer);
}

export default async (box) => {
  const questions = await Promise.all(
    [...box.querySelectorAll(".question")].map(async (element) => {
      const { name, kind, onlyIf, script } = element.dataset;
      const widget = await widgetOf(element.querySelector(".question-answer"), script);
      const condition = element.querySelector(".only-if");
      if (condition) condition.hidden = true;
      return { element, name, kind, widget, words: element.querySelector("legend span").textContent, isRequired: "required" in element.dataset, onlyIf: JSON.parse(onlyIf) };
    }),
  );
  const byName = new Map(questions.map((question) => [question.name, question]));
  let here = null;

  const isAsked = (question, answers) =>
    Object.entries(question.onlyIf).every(([name, wanted]) => name in answers && meets(byName.get(name).kind, answers[name], wanted));

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
    if (!here || here.element.hidden) turnTo(asked().find(isEmpty) ?? asked()[0]);
  }

  /** Give the labels of a question their keys, or take them. */
  function arm(question, isArmed) {
    const [from, to] = isArmed ? ["keyHere", "key"] : ["key", "keyHere"];
    for (const input of question.element.querySelectorAll(isArmed ? "[data-key-here]" : "[data-key]")) {
      input.dataset[to] = input.dataset[from];
      delete input.dataset[from];
      if (isArmed) input.setAttribute("aria-keyshortcuts", input.dataset.key);
      else input.removeAttribute("aria-keyshortcuts");
    }
  }

  /** Let a question be the one that keys count for. */
  function turnTo(question) {
    if (question === here) return;
    here = question;
    for (const one of questions) {
      one.element.classList.toggle("here", one === here);
      arm(one, one === here);
    }
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

  /** The next question without an answer: behind this one, else before it. Not into a text that may be left out: there
   *  Enter would begin a line, and submit no more. */
  function moveOn() {
    const all = asked();
    const at = all.indexOf(here);
    const next = [...all.slice(at + 1), ...all.slice(0, at)].find((one) => isEmpty(one) && (one.isRequired || one.kind !== "text"));
    if (next) goTo(next);
  }

  const questionOf = (target) => questions.find(({ element }) => element.contains(target));

  box.addEventListener("focusin", ({ target }) => {
    const question = questionOf(target);
    if (question) turnTo(question);
  });
  // By mouse too, where nothing takes the focus.
  box.addEventListener("pointerdown", ({ target }) => {
    const question = questionOf(target);
    if (question) turnTo(question);
  });

  let isWalking = false; // an arrow key walks along radio buttons: that is no choice yet
  box.addEventListener("keydown", (event) => {
    isWalking = event.key.startsWith("Arrow");
    const question = questionOf(event.target);
    if (!question?.widget.keys || event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) return;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = question.widget.keys.find(({ keys }) => keys.includes(event.key.toLowerCase()));
    if (!row || (event.repeat && !row.mayRepeat)) return;
    event.preventDefault();
    row.run();
  });
  box.addEventListener("keyup", () => (isWalking = false));
  box.addEventListener("input", ({ target }) => {
    settle();
    if (!isWalking && target.matches("input[type=radio]") && !target.closest(".slider")) moveOn();
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
      for (const { name, widget } of questions) widget.write(answer?.[name]);
      here = null;
      settle();
    },
    focus() {
      goTo(asked().find(lacks) ?? asked().find(isEmpty) ?? here);
    },
    words: (answer) => questions.filter(({ name }) => name in answer).map(({ name, widget }) => widget.words(answer[name])).join(" · "),
    item(item, fields, shown) {
      for (const { name, widget } of questions) widget.item?.(item, fields, shown?.[name] ?? null);
    },
    arrange(shown) {
      for (const question of questions) {
        arm(question, true); // keys go by the place on the screen
        question.widget.arrange?.(shown?.[question.name]);
        arm(question, question === here);
      }
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
    keys: [
      { keys: ["n"], words: t("Next question"), run: () => step(1) },
      { keys: ["p"], words: t("The question before"), run: () => step(-1) },
    ],
  };
};
