// The cone: a picture, a stack of layers seen from the side, and one cell that is looked at.
//
// Level 0 is the picture, level l what layer l makes. The cell (level, row, column) lights up what it sees: on the picture
// as a bright field with the rest darkened, in the side view as a cone along its row. Cells in a padding hold nothing, so no
// path leads through them.

const tap = (axis, stop, t) => stop * axis.stride - axis.before + t * axis.dilation;

// For each level from the cell's own down to 0: the first and the last cell that it reads, padding counted.
function hulls(axes, level, cell) {
  const found = [];
  found[level] = [cell, cell];
  for (let l = level - 1; l >= 0; l--) {
    const [low, high] = found[l + 1];
    found[l] = [tap(axes[l], low, 0), tap(axes[l], high, axes[l].kernel - 1)];
  }
  return found;
}

// For each level: how many paths lead from each of its cells to the cell. Numbers, or big ones where those would round.
function paths(axes, level, cell, large) {
  const zero = large ? 0n : 0, found = [];
  found[level] = { first: cell, counts: [large ? 1n : 1] };
  const hull = hulls(axes, level, cell);
  for (let l = level - 1; l >= 0; l--) {
    const axis = axes[l], first = Math.max(hull[l][0], 0), last = Math.min(hull[l][1], axis.cells - 1);
    const counts = new Array(Math.max(0, last - first + 1)).fill(zero), above = found[l + 1];
    for (let i = 0; i < above.counts.length; i++) {
      const many = above.counts[i];
      if (!many) continue;
      for (let t = 0; t < axis.kernel; t++) {
        const at = tap(axis, above.first + i, t) - first;
        if (at >= 0 && at < counts.length) counts[at] += many;
      }
    }
    found[l] = { first, counts };
  }
  return found;
}

// For each level from the cell's own up: which cells it has a say in.
function fed(axes, level, cell) {
  const found = [];
  let mask = new Uint8Array(level ? axes[level - 1].stops : axes[0]?.cells ?? cell + 1);
  mask[cell] = 1;
  found[level] = mask;
  for (let l = level; l < axes.length; l++) {
    const axis = axes[l], next = new Uint8Array(axis.stops);
    for (let s = 0; s < axis.stops; s++)
      for (let t = 0; t < axis.kernel && !next[s]; t++) if (mask[tap(axis, s, t)]) next[s] = 1;
    found[l + 1] = mask = next;
  }
  return found;
}

const share = (counts) => {
  const most = counts.reduce((m, c) => (c > m ? c : m), counts.length ? counts[0] : 0);
  return counts.map((c) => (most ? Number(c) / Number(most) : 0));
};

class Cone {
  constructor(root) {
    this.root = root;
    this.cell = null;           // [level, row, column], the one chosen
    this.hover = null;          // the one pointed at in the side view
    this.pixel = null;          // the picture's cell under the pointer
    this.build();
  }

  build() {
    this.box = make("div", "cone", this.root);
    this.maps = make("div", "maps", this.box);
    const panel = (name) => {
      const figure = make("div", `panel ${name}`, this.maps, { tabindex: 0, role: "slider", "aria-valuemin": 0 });
      return { figure, caption: make("div", "caption", figure), canvas: make("canvas", "", figure, { "aria-hidden": "true" }) };
    };
    this.view = panel("picture");
    this.side = panel("side");
    this.sentence = make("p", "sentence", this.box);
    this.live = make("div", "unseen", this.box, { "aria-live": "polite", role: "status" });
    this.bar = make("div", "bar", this.box, { role: "group" });
    this.jump = ["layer", "row", "column"].map((name, i) => {
      const label = make("label", name, this.bar), words = make("span", "", label);
      const input = make("input", "", label, { type: "number", min: i ? 1 : 0, step: 1 });
      input.onchange = () => {
        const cell = [...this.cell];
        cell[i] = Math.round(Number(input.value) || 0) - (i ? 1 : 0);
        this.choose(i ? cell : this.moved(cell[0]));
      };
      return { words, input };
    });
    this.note = make("div", "note", this.box);
    this.probe = make("span", "probe", this.box, { "aria-hidden": "true" });
    this.listen();
  }

  listen() {
    this.bar.onkeydown = (event) => event.stopPropagation();
    this.view.figure.onkeydown = (event) => this.key(event, true);
    this.side.figure.onkeydown = (event) => this.key(event, false);
    const { canvas: picture } = this.view, { canvas: side } = this.side;
    picture.onpointerdown = (event) => {
      if (event.button) return;
      try { picture.setPointerCapture(event.pointerId); } catch { /* a synthetic pointer cannot be captured */ }
      this.dragging = true;
      this.drag(event);
      this.view.figure.focus({ preventScroll: true });
      event.preventDefault();
    };
    picture.onpointermove = (event) => (this.dragging ? this.drag(event) : this.over(event));
    picture.onpointerup = picture.onpointercancel = () => { if (this.dragging) { this.dragging = false; this.settle(); } };
    picture.onpointerleave = () => { this.pixel = null; this.ask(); };
    side.onpointermove = (event) => { this.hover = this.cellAt(event); this.ask(); };
    side.onpointerdown = (event) => {
      if (event.button) return;
      const cell = this.cellAt(event);
      if (cell) this.choose(cell);
      this.side.figure.focus({ preventScroll: true });
      event.preventDefault();
    };
    side.onpointerleave = () => { this.hover = null; this.ask(); };
    this.probe.ontransitionend = () => this.paint(); // the theme's text colour has changed
    this.watcher = new ResizeObserver(() => { if (this.box.clientWidth !== this.width) this.paint(); });
    this.watcher.observe(this.box);
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.waiting);
    clearTimeout(this.writing);
  }

  // ---- what to show

  show(header) {
    const same = this.header && this.header.layers.length === header.layers.length;
    Object.assign(this, { header, words: header.words, picture: header.arrays.picture, axes: [header.rows, header.columns] });
    this.top = header.layers.length;
    if (!this.header_seen) {
      const asked = /^(\d+)\.(\d+)\.(\d+)$/.exec(new URLSearchParams(location.search).get("cell") || "");
      if (asked) this.cell = [Number(asked[1]), asked[2] - 1, asked[3] - 1];
      this.header_seen = true;
    }
    if (!this.cell) this.cell = this.middle();
    else if (!same && this.grown) this.cell = this.middle();
    this.grown = !!this.header;
    this.cell = this.fit(this.cell);
    this.hover = this.pixel = null;
    this.image = pixels(this.picture, header.span);
    const w = this.words;
    this.view.caption.textContent = `${w.picture} ${this.picture.rows}\u00d7${this.picture.columns}`;
    this.side.caption.textContent = w.cone;
    this.view.figure.setAttribute("aria-label", w.name_picture);
    this.side.figure.setAttribute("aria-label", w.name_cone);
    this.bar.setAttribute("aria-label", w.bar);
    this.note.textContent = w.note;
    this.jump.forEach(({ words }, i) => { words.textContent = [w.layer, w.row, w.column][i]; });
    this.middle_of_view = null;
    this.paint();
    this.say();
  }

  cells(level, which) {
    const axes = this.axes[which];
    return level ? axes[level - 1].stops : which ? this.picture.columns : this.picture.rows;
  }

  middle() { return [this.top, Math.floor((this.cells(this.top, 0) - 1) / 2), Math.floor((this.cells(this.top, 1) - 1) / 2)]; }

  fit([level, row, column]) {
    level = clamp(level, 0, this.top);
    return [level, clamp(row, 0, this.cells(level, 0) - 1), clamp(column, 0, this.cells(level, 1) - 1)];
  }

  // [size, jump, start] of a level's cells along rows (0) or columns (1); where the middle of a cell's field lies.
  field(level, which) { return this.header.fields[which ? "columns" : "rows"][level]; }
  centre(level, which, cell) { const [n, jump, start] = this.field(level, which); return start + (n - 1) / 2 + cell * jump; }
  nearest(level, which, place) { return Math.round((place - this.centre(level, which, 0)) / this.field(level, which)[1]); }

  // The same place of the picture, seen from another layer.
  moved(level) {
    level = clamp(level, 0, this.top);
    return [level, ...[0, 1].map((which) => this.nearest(level, which, this.centre(this.cell[0], which, this.cell[which + 1])))];
  }

  // ---- moving and pointing

  choose(cell) {
    this.cell = this.fit(cell);
    this.hover = null;
    this.settle();
    this.ask();
  }

  key(event, onPicture) {
    const [level, row, column] = this.cell, far = event.ctrlKey || event.metaKey;
    const ends = { Home: [level, far ? 0 : row, 0], End: [level, far ? 1e9 : row, 1e9] };
    const up = () => this.moved(level + 1), down = () => this.moved(level - 1);
    const moves = {
      ArrowLeft: () => [level, row, column - 1], ArrowRight: () => [level, row, column + 1],
      ArrowUp: onPicture ? () => [level, row - 1, column] : up, ArrowDown: onPicture ? () => [level, row + 1, column] : down,
      PageUp: up, PageDown: down, Home: () => ends.Home, End: () => ends.End,
    };
    if (moves[event.key]) this.choose(moves[event.key]());
    else if (event.key === "Tab" || event.key === "Escape" || far || event.altKey) return;
    event.stopPropagation();
    event.preventDefault();
  }

  placeOn(event) {
    const box = this.view.canvas.getBoundingClientRect();
    return [(event.clientY - box.top) / this.pixelSize[1] - 0.5, (event.clientX - box.left) / this.pixelSize[0] - 0.5];
  }

  drag(event) {
    const level = this.cell[0], place = this.placeOn(event);
    this.cell = this.fit([level, this.nearest(level, 0, place[0]), this.nearest(level, 1, place[1])]);
    this.pixel = null;
    this.ask();
  }

  over(event) {
    const [row, column] = this.placeOn(event).map(Math.round);
    this.pixel = row >= 0 && column >= 0 && row < this.picture.rows && column < this.picture.columns ? [row, column] : null;
    this.ask();
  }

  cellAt(event) {
    const box = this.side.canvas.getBoundingClientRect(), s = this.scene;
    if (!s) return null;
    const level = clamp(Math.round((s.bottom - (event.clientY - box.top)) / s.pitch), 0, this.top);
    const place = (event.clientX - box.left - s.left) / s.scale + s.first - 0.5;
    const cell = this.nearest(level, 1, place);
    if (event.clientX - box.left < s.left || cell < 0 || cell >= this.cells(level, 1)) return null;
    const row = this.nearest(level, 0, this.centre(this.cell[0], 0, this.cell[1]));
    return this.fit([level, row, cell]);
  }

  settle() {
    this.live.textContent = this.explain(this.cell);
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      const url = new URL(location.href), middle = this.middle();
      if (this.cell.some((n, i) => n !== middle[i])) url.searchParams.set("cell", `${this.cell[0]}.${this.cell[1] + 1}.${this.cell[2] + 1}`);
      else url.searchParams.delete("cell");
      if (url.href !== location.href) history.replaceState(history.state, "", url);
    }, 250);
  }

  // ---- what is seen

  seen(cell) {
    const key = cell.join();
    if (this.known?.key !== key || this.known.header !== this.header) {
      const ways = [0, 1].map((which) => paths(this.axes[which], cell[0], cell[which + 1], this.header.large));
      const hull = [0, 1].map((which) => hulls(this.axes[which], cell[0], cell[which + 1]));
      this.known = { key, header: this.header, ways, hull, fed: fed(this.axes[1], cell[0], cell[2]) };
    }
    return this.known;
  }

  explain(cell) {
    const w = this.words, { ways, hull, fed: fedBy } = this.seen(cell), [level, row, column] = cell;
    const feeds = { n: fedBy[this.top].reduce((a, b) => a + b, 0), all: this.cells(this.top, 1) };
    if (!level) return fill(this.top ? w.one : w.alone, { row: row + 1, column: column + 1, ...feeds });
    const [down, across] = ways.map((way) => way[0]);
    const spans = hull.map((h) => h[0][1] - h[0][0] + 1), inside = down.counts.length * across.counts.length;
    const parts = [];
    const outside = spans[0] * spans[1] - inside;
    if (inside)
      parts.push(fill(w.sees, {
        layer: level, row: row + 1, column: column + 1, down: spans[0], across: spans[1], top: down.first + 1,
        bottom: down.first + down.counts.length, left: across.first + 1, right: across.first + across.counts.length,
      }));
    if (outside) parts.push(inside ? fill(w.outside, { n: group(outside) }) : w.beside);
    if (inside) {
      const used = [down, across].map((axis) => axis.counts.filter(Boolean).length);
      const unused = inside - used[0] * used[1];
      if (unused) parts.push(fill(w.holes, { n: group(unused), cells: group(inside) }));
      else if (this.header.paths) parts.push(fill(w.most, { most: this.product(this.most(down), this.most(across)), least: this.product(this.least(down), this.least(across)) }));
    }
    if (level < this.top) parts.push(fill(w.feeds, feeds));
    return paragraph(parts);
  }

  most({ counts }) { return counts.reduce((m, c) => (c > m ? c : m)); }
  least({ counts }) { return counts.reduce((m, c) => (c < m ? c : m)); }
  product(a, b) { return group(BigInt(a) * BigInt(b)); }

  pixelSentence(cell) {
    const [down, across] = this.seen(cell).ways.map((way, which) => {
      const at = this.pixel[which] - way[0].first;
      return way[0].counts[at] ?? 0;
    });
    return fill(this.words.pixel, { row: this.pixel[0] + 1, column: this.pixel[1] + 1, down: group(down), across: group(across), n: this.product(down, across) });
  }

  // ---- drawing

  layout() {
    const width = (this.width = this.box.clientWidth), wide = width >= 560, { rows, columns } = this.picture;
    this.box.classList.toggle("narrow", !wide);
    let height = wide ? clamp(innerHeight - 396, 220, 460) : clamp(innerHeight * 0.34, 180, 300);
    if (!this.top) height = 200; // a picture by itself
    const room = wide ? width * 0.46 : width - 6;
    let w = Math.min(46, room / columns, height / rows), h = w;
    if (h * rows < 14) h = 14 / rows;
    if (w * columns < 14) w = 14 / columns;
    this.pixelSize = [w, h];
    this.ratio = size(this.view.canvas, w * columns, h * rows);
    const beside = Math.max(w * columns, 150), rest = wide ? width - beside - 26 : width - 6;
    this.view.figure.style.width = wide ? `${beside + 4}px` : ""; // a long caption breaks and pushes nothing aside
    const most = 96 * this.top + 70; // no emptiness above a low stack
    this.sideSize = [rest, wide ? Math.min(height, most) : Math.min(most, clamp(26 * (this.top + 1) + 50, 160, 320))];
    size(this.side.canvas, ...this.sideSize);
  }

  paint() {
    if (!this.header || !this.box.clientWidth) return;
    this.theme = theme(this.box);
    this.layout();
    this.draw();
  }

  ask() {
    if (!this.waiting) this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (this.header && this.box.isConnected && this.box.clientWidth) this.draw();
    });
  }

  draw() {
    const cell = this.hover ?? this.cell;
    this.drawPicture(cell);
    this.drawSide(cell);
    this.say();
  }

  say() {
    const cell = this.hover ?? this.cell;
    const words = this.pixel && cell[0] ? this.pixelSentence(cell) : this.explain(cell);
    if (words !== this.said) this.sentence.textContent = this.said = words;
    this.jump.forEach(({ input }, i) => {
      input.max = i ? this.cells(this.cell[0], i - 1) : this.top;
      if (input.getRootNode().activeElement !== input) input.value = this.cell[i] + (i ? 1 : 0);
    });
    const wide = this.cells(this.cell[0], 1), values = [[this.view, this.cell[1] * wide + this.cell[2], this.cells(this.cell[0], 0) * wide - 1], [this.side, this.cell[2], wide - 1]];
    for (const [panel, now, most] of values) {
      panel.figure.setAttribute("aria-valuemax", Math.max(most, 0));
      panel.figure.setAttribute("aria-valuenow", now);
      panel.figure.setAttribute("aria-valuetext", this.explain(this.cell));
    }
  }

  drawPicture(cell) {
    const pen = begin(this.view.canvas, this.ratio), [w, h] = this.pixelSize, { rows, columns } = this.picture;
    const { ways, hull } = this.seen(cell), [down, across] = ways.map((way) => way[0]);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.image, 0, 0, columns * w, rows * h);
    // the rest is darkened, and so is what counts less; a pixel that no path reaches is as dark as the rest
    const veil = new ImageData(columns, rows), dark = 175, lit = [share(down.counts), share(across.counts)];
    const alpha = new Uint8Array(veil.data.buffer);
    for (let i = 3; i < alpha.length; i += 4) alpha[i] = dark;
    lit[0].forEach((a, r) => lit[1].forEach((b, c) => {
      const bright = this.header.paths ? a * b : a && b ? 1 : 0;
      alpha[4 * ((down.first + r) * columns + across.first + c) + 3] = bright ? (1 - bright) * 140 : dark;
    }));
    pen.drawImage(stamp(veil), 0, 0, columns * w, rows * h);
    const [[top, bottom], [left, right]] = hull.map((h_) => h_[0]);
    frame(pen, left * w, top * h, (right - left + 1) * w, (bottom - top + 1) * h, ROLE.window);
    const middle = [0, 1].map((which) => this.centre(cell[0], which, cell[which + 1]) + 0.5);
    pen.beginPath();
    pen.arc(middle[1] * w, middle[0] * h, 4, 0, 7);
    pen.lineWidth = 4; pen.strokeStyle = "rgba(0,0,0,.6)"; pen.stroke();
    pen.lineWidth = 2; pen.strokeStyle = ROLE.stop; pen.stroke();
    if (this.pixel) frame(pen, this.pixel[1] * w, this.pixel[0] * h, Math.max(w, 3), Math.max(h, 3), ROLE.link, 2);
  }

  // What part of the row is shown, and at what scale. It stays while the pointer moves, and follows the keys.
  scope(cell) {
    const [width, height] = this.sideSize, left = width > 330 ? 112 : 74, n = this.picture.columns;
    const [largest] = this.field(this.top, 1), most = n + Math.min(n, largest);
    const span = clamp(Math.ceil(largest * 1.5) + 4, Math.min(16, most), most);
    const [first, last] = this.seen(cell).hull[1][0];
    let middle = this.middle_of_view ?? this.centre(cell[0], 1, cell[2]);
    if (!this.hover && (first < middle - span / 2 || last > middle + span / 2)) middle = (first + last) / 2;
    const margin = (most - n) / 2;
    middle = clamp(middle, Math.min(span / 2 - margin, n / 2), Math.max(n - span / 2 + margin, n / 2));
    this.middle_of_view = middle;
    const bars = height > 200 ? 34 : 24, pitch = (height - bars - 22) / Math.max(this.top, 1);
    this.scene = { left, first: middle - (span - 1) / 2, span, scale: (width - left) / span, bottom: height - bars - 10, pitch: Math.min(pitch, 96), bars, width };
  }

  drawSide(cell) {
    const pen = begin(this.side.canvas, this.ratio), { header, theme: t } = this;
    this.scope(cell);
    const s = this.scene, { ways, hull, fed: fedBy } = this.seen(cell), [level] = cell;
    const x = (place) => s.left + (place - s.first + 0.5) * s.scale, y = (l) => s.bottom - l * s.pitch;
    const tall = clamp(s.pitch * 0.56, 2, 22);
    for (let l = 0; l <= this.top; l++) {
      const name = l ? `${l} ${header.layers[l - 1]}` : this.words.input;
      pen.fillStyle = t.ink;
      pen.globalAlpha = l === level ? 1 : 0.8;
      const points = clamp(s.pitch * 0.7, 0, 12);
      if (points >= 7) write(pen, name, 2, y(l), points, t.font, "left");
      else if (l === level || l === this.top || !l) write(pen, name, 2, y(l), 10, t.font, "left");
      pen.globalAlpha = 1;
    }
    pen.save();
    pen.beginPath();
    pen.rect(s.left, 0, s.width - s.left, 9999);
    pen.clip();
    this.silhouette(pen, cell, hull[1], x, y, tall);
    for (let l = 0; l <= this.top; l++) this.row(pen, l, x, y(l), tall);
    const mark = (l, i, colour, alpha) => {
      const [, jump] = this.field(l, 1), w = jump * s.scale, gap = w > 5 ? 1 : 0, at = x(this.centre(l, 1, i)) - w / 2;
      pen.globalAlpha = alpha;
      pen.fillStyle = colour;
      pen.fillRect(at + gap, y(l) - tall / 2, Math.max(w - 2 * gap, 1), tall);
      pen.globalAlpha = 1;
    };
    for (let l = level + 1; l <= this.top; l++) fedBy[l].forEach((on, i) => { if (on) mark(l, i, ROLE.link, 0.75); });
    for (let l = level - 1; l >= 0; l--) {
      const { first, counts } = ways[1][l];
      share(counts).forEach((part, i) => { if (part) mark(l, first + i, ROLE.window, this.header.paths ? 0.3 + 0.7 * part : 1); });
    }
    mark(level, cell[2], ROLE.stop, 1);
    this.profile(pen, ways[1][0], x, s);
    pen.restore();
  }

  // All cells of a level: one by one where they can be told apart. The number in a cell counts from 1.
  row(pen, l, x, y, tall) {
    const s = this.scene, [, jump] = this.field(l, 1), w = jump * s.scale, n = this.cells(l, 1), t = this.theme;
    const first = clamp(this.nearest(l, 1, s.first - jump), 0, n - 1), last = clamp(this.nearest(l, 1, s.first + s.span + jump), 0, n - 1);
    const left = x(this.centre(l, 1, first)) - w / 2;
    pen.fillStyle = t.soft;
    pen.strokeStyle = "rgba(127,127,127,.8)";
    pen.lineWidth = 1;
    if (w < 5) {
      pen.fillRect(left, y - tall / 2, (last - first + 1) * w, tall);
      pen.strokeRect(left, y - tall / 2, (last - first + 1) * w, tall);
      return;
    }
    for (let i = first; i <= last; i++) {
      const at = left + (i - first) * w;
      pen.fillRect(at + 1, y - tall / 2, w - 2, tall);
      pen.strokeRect(at + 1, y - tall / 2, w - 2, tall);
    }
  }

  // From the cell down to the picture: the edges of what is read, padding included.
  silhouette(pen, cell, hull, x, y, tall) {
    const edge = (l, i, side) => x(this.centre(l, 1, i)) + (side * this.field(l, 1)[1] * this.scene.scale) / 2;
    pen.beginPath();
    for (let l = cell[0]; l >= 0; l--) { const at = edge(l, hull[l][0], -1); pen.lineTo(at, y(l) - tall / 2); pen.lineTo(at, y(l) + tall / 2); }
    for (let l = 0; l <= cell[0]; l++) { const at = edge(l, hull[l][1], 1); pen.lineTo(at, y(l) + tall / 2); pen.lineTo(at, y(l) - tall / 2); }
    pen.closePath();
    pen.fillStyle = ROLE.window;
    pen.globalAlpha = 0.16;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 1.5;
    pen.strokeStyle = ROLE.window;
    pen.stroke();
  }

  // Under the picture's row: how many paths lead from each pixel of it, as bars.
  profile(pen, { first, counts }, x, s) {
    pen.fillStyle = ROLE.window;
    const floor = s.bottom + 14, high = s.bars - 6;
    share(counts).forEach((part, i) => { if (part) pen.fillRect(x(first + i - 0.5), floor, Math.max(s.scale - (s.scale > 4 ? 1 : 0), 1), part * high); });
    pen.fillStyle = this.theme.ink;
    pen.fillRect(s.left, floor - 1, s.width - s.left, 1);
  }
}

export default function ({ data, parentElement }) {
  const cone = (parentElement.cnnvizCone ??= new Cone(parentElement));
  cone.show(decode(data));
  return () => { cone.close(); delete parentElement.cnnvizCone; };
}
