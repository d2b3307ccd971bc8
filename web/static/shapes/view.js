// A window on an image: which part of it shows, how large. The image keeps its own size and is moved and scaled as a whole, so
// that zooming costs nothing and stays sharp; what is drawn over it is drawn in pixels of the screen.

const MOST = 40; // pixels of the screen for one of the image
const PIXELATED = 4;

export class View {
  scale = 1;
  left = 0;
  top = 0;
  isWhole = true; // the whole image shows, and goes on doing so when the window changes

  constructor(stage, image, redraw) {
    Object.assign(this, { stage, image, redraw });
    this.watch = new ResizeObserver(() => (this.isWhole ? this.fit() : this.put()));
    this.watch.observe(stage);
  }

  get width() {
    return this.image.naturalWidth;
  }

  get height() {
    return this.image.naturalHeight;
  }

  get fitting() {
    return Math.min(this.stage.clientWidth / this.width, this.stage.clientHeight / this.height);
  }

  toScreen([x, y]) {
    return [x * this.scale + this.left, y * this.scale + this.top];
  }

  toImage([x, y]) {
    return [(x - this.left) / this.scale, (y - this.top) / this.scale];
  }

  /** A place of the image, kept on it, to the pixel, or finer where pixels are seen. */
  placed([x, y]) {
    const grain = this.scale > 2 ? 10 : 1;
    const to = (value, most) => Math.min(Math.max(Math.round(value * grain) / grain, 0), most);
    return [to(x, this.width), to(y, this.height)];
  }

  /** What of the image shows: left, top, right, bottom. */
  seen() {
    const [left, top] = this.toImage([0, 0]);
    const [right, bottom] = this.toImage([this.stage.clientWidth, this.stage.clientHeight]);
    return [Math.max(left, 0), Math.max(top, 0), Math.min(right, this.width), Math.min(bottom, this.height)];
  }

  fit() {
    if (!this.width || !this.stage.clientWidth) return;
    this.scale = this.fitting;
    this.isWhole = true;
    this.put();
  }

  /** Zoom so that the place under `at` (on the stage) stays there. */
  zoom(factor, at = [this.stage.clientWidth / 2, this.stage.clientHeight / 2]) {
    const [x, y] = this.toImage(at);
    const least = this.fitting;
    this.scale = Math.min(Math.max(this.scale * factor, least), Math.max(MOST, least));
    this.isWhole = this.scale === least;
    this.left = at[0] - x * this.scale;
    this.top = at[1] - y * this.scale;
    this.put();
  }

  pan(right, down) {
    this.left += right;
    this.top += down;
    this.put();
  }

  /** Bring a part of the image into view, should it lie outside. */
  show([left, top, right, bottom]) {
    const seen = this.seen();
    if (left >= seen[0] && top >= seen[1] && right <= seen[2] && bottom <= seen[3]) return;
    const [x, y] = this.toScreen([(left + right) / 2, (top + bottom) / 2]);
    this.pan(this.stage.clientWidth / 2 - x, this.stage.clientHeight / 2 - y);
  }

  put() {
    const kept = (start, size, room) => (size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, start)));
    this.left = kept(this.left, this.width * this.scale, this.stage.clientWidth);
    this.top = kept(this.top, this.height * this.scale, this.stage.clientHeight);
    this.image.style.transform = `translate(${this.left}px, ${this.top}px) scale(${this.scale})`;
    this.image.style.imageRendering = this.scale >= PIXELATED ? "pixelated" : "auto";
    this.redraw();
  }

  end() {
    this.watch.disconnect();
  }
}
