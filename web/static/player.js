// Sounds, films and pictures on the card: keys to play, to seek, for speed and to look closer. Loaded where a project has media.

import { t } from "./inputs.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const SIZES = [1, 2, 4, 8]; // times the size at which the picture fits

export default (item, announce) => {
  let speed = 1;
  let last = null; // the sound or film last touched

  const players = () => [...item.querySelectorAll("audio, video")];
  const pictures = () => [...item.querySelectorAll(".medium img")];
  const current = () => (last && item.contains(last) ? last : players()[0]);

  function play() {
    const one = current();
    if (!one) return;
    if (one.paused) one.play().catch(() => announce(t("This cannot be played.")));
    else one.pause();
  }

  function seek(seconds, one = current()) {
    if (!one) return;
    const end = Number.isFinite(one.duration) ? one.duration : Infinity;
    one.currentTime = Math.min(end, Math.max(0, one.currentTime + seconds));
  }

  function setSpeed(step) {
    speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(speed) + step))];
    for (const one of players()) one.playbackRate = speed;
    for (const box of item.querySelectorAll(".play-bar output")) box.value = `${speed}×`;
    announce(`Speed ${speed}`);
  }

  /** A picture at so many times the size that fits; `at` is the place, from 0 to 1, that stays in sight. */
  function zoom(picture, times, at = { x: 0.5, y: 0.5 }) {
    picture.style.removeProperty("inline-size");
    picture.classList.remove("zoomed");
    const fits = picture.getBoundingClientRect().width;
    picture.dataset.times = times;
    if (times === 1) return;
    picture.classList.add("zoomed");
    picture.style.inlineSize = `${fits * times}px`;
    const box = picture.getBoundingClientRect();
    const frame = item.getBoundingClientRect();
    item.scrollBy(box.left + at.x * box.width - (frame.left + frame.width / 2), box.top + at.y * box.height - (frame.top + frame.height / 2));
  }

  function step(by) {
    if (players().length) return setSpeed(by);
    for (const one of pictures()) {
      const place = SIZES.indexOf(Number(one.dataset.times ?? 1)) + by;
      zoom(one, SIZES[Math.min(SIZES.length - 1, Math.max(0, place))]);
    }
  }

  /** A button that says the key which does the same; when another is chosen, the desk writes it there (`data-keyof`). */
  function button(words, name, run) {
    const made = document.createElement("button");
    const [key = ""] = keys.find((row) => row.name === name).keys;
    made.type = "button";
    made.className = "button small";
    made.dataset.keyof = name;
    made.append(words, " ", Object.assign(document.createElement("kbd"), { textContent: key, ariaHidden: "true" }));
    made.onclick = run;
    return made;
  }

  /** What stands below a sound or film, for hands without a keyboard. */
  function bar(one) {
    const made = document.createElement("div");
    made.className = "play-bar";
    const shown = Object.assign(document.createElement("output"), { value: `${speed}×`, ariaLabel: t("Speed") });
    made.append(
      button("−5 s", "five_back", () => seek(-5, one)),
      button("+5 s", "five_on", () => seek(5, one)),
      button(t("Slower"), "slower", () => setSpeed(-1)),
      button(t("Faster"), "faster", () => setSpeed(1)),
      shown,
    );
    return made;
  }

  item.addEventListener(
    "play",
    (event) => {
      last = event.target;
      last.playbackRate = speed;
      for (const one of players()) if (one !== last) one.pause();
    },
    true,
  );
  item.addEventListener("click", (event) => {
    const picture = event.target;
    if (!picture.matches(".medium img")) return;
    const box = picture.getBoundingClientRect();
    const at = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    zoom(picture, Number(picture.dataset.times ?? 1) === 1 ? 2 : 1, at);
  });

  // The desk gives each row the keys that the person has chosen.
  const keys = [
    { name: "play", words: t("Play, and pause"), run: play },
    { name: "second_back", words: t("A second back"), run: () => seek(-1), mayRepeat: true },
    { name: "second_on", words: t("A second on"), run: () => seek(1), mayRepeat: true },
    { name: "five_back", words: t("Five seconds back"), run: () => seek(-5), mayRepeat: true },
    { name: "five_on", words: t("Five seconds on"), run: () => seek(5), mayRepeat: true },
    { name: "slower", words: t("Slower; a picture smaller"), run: () => step(-1) },
    { name: "faster", words: t("Faster; a picture larger"), run: () => step(1) },
  ];

  return {
    /** An item was put on the card. */
    dress() {
      for (const one of players()) {
        one.playbackRate = speed;
        if (!one.nextElementSibling?.matches(".play-bar")) one.after(bar(one));
      }
    },
    keys,
  };
};
