// From the press of Enter to another item on the screen, for each item: in window.laps the milliseconds until the frame was
// painted, in window.frames how many frames began without it.
() => {
  window.laps = [];
  window.frames = [];
  let pressed = 0;
  let passed = 0;
  addEventListener("keydown", (event) => event.key === "Enter" && ([pressed, passed] = [event.timeStamp, 0]), true);
  const tick = () => {
    passed += 1;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  new MutationObserver(() => {
    if (!pressed) return;
    const began = pressed;
    pressed = 0;
    window.frames.push(passed);
    requestAnimationFrame(() => {
      // A message posted in a frame is handled after that frame was painted.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.laps.push(performance.now() - began);
      channel.port2.postMessage(null);
    });
  }).observe(document.querySelector("#item"), { childList: true });
}
