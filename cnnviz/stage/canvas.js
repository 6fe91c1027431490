// What the smaller canvas components share: reading the blob, colours, the theme. Put in front of cone.js and panels.js.

const TYPES = { u1: Uint8Array, i2: Int16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array };
const ROLE = { window: "#E69F00", kernel: "#0072B2", stop: "#009E73", link: "#CC79A7" }; // Okabe-Ito
const CIVIDIS = [[0, 32, 77], [0, 67, 106], [87, 92, 109], [124, 123, 120], [165, 155, 116], [209, 190, 95], [255, 234, 70]];

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const mix = (a, b, t) => [0, 1, 2].map((i) => Math.round(a[i] + (b[i] - a[i]) * t));
const css = ([r, g, b]) => `rgb(${r},${g},${b})`;
const ink = ([r, g, b]) => (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#000" : "#fff");
const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
// Sentences as a paragraph; after a Chinese full stop there is no space.
const paragraph = (sentences) => sentences.join(" ").replaceAll("\u3002 ", "\u3002");
const group = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

// A share of the whole, from 0 to 1, as cividis.
function amount(share) {
  const place = clamp(share, 0, 1) * (CIVIDIS.length - 1), i = Math.min(Math.floor(place), CIVIDIS.length - 2);
  return mix(CIVIDIS[i], CIVIDIS[i + 1], place - i);
}

// Four bytes with the header's length, the header as JSON, then the arrays.
function decode(blob) {
  const bytes = blob instanceof Uint8Array ? blob : new Uint8Array(blob);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  for (const map of Object.values(header.arrays)) {
    const Type = TYPES[map.dtype], size = map.shape.reduce((a, b) => a * b, 1) * Type.BYTES_PER_ELEMENT;
    map.data = new Type(bytes.slice(at, at + size).buffer);
    [map.planes, map.rows, map.columns] = map.shape;
    at += size;
  }
  return header;
}

function make(tag, className, parent, attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

function theme(element) {
  const style = getComputedStyle(element);
  const pick = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: pick("--st-text-color", "#31333f"), paper: pick("--st-background-color", "#fff"),
    soft: pick("--st-secondary-background-color", "#f0f2f6"), font: pick("--st-font", "sans-serif"),
  };
}

// Sharp on any screen: more pixels than the size says, and a pen that counts in the size's units.
function size(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 3);
  canvas.width = Math.ceil(Math.max(1, width) * ratio);
  canvas.height = Math.ceil(Math.max(1, height) * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  return ratio;
}

function begin(canvas, ratio) {
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

// A map of shape (1 or 3, H, W) as a small canvas, one pixel a cell.
function pixels(map, [low, high]) {
  const { rows, columns, planes, data, divisor } = map, cells = rows * columns;
  const image = new ImageData(columns, rows), scale = 255 / (high > low ? (high - low) * divisor : divisor);
  for (let i = 0; i < cells; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = (data[(planes === 3 ? c : 0) * cells + i] - low * divisor) * scale;
    image.data[4 * i + 3] = 255;
  }
  return stamp(image);
}

function stamp(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

// A frame that is seen on any ground: a dark line with a bright one inside.
function frame(pen, x, y, w, h, colour, thick = 2) {
  pen.lineWidth = thick + 2;
  pen.strokeStyle = "rgba(0,0,0,.55)";
  pen.strokeRect(x, y, w, h);
  pen.lineWidth = thick;
  pen.strokeStyle = colour;
  pen.strokeRect(x, y, w, h);
}

function write(pen, words, x, y, points, font, align = "center") {
  pen.font = `${points}px ${font}`;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.fillText(words, x, y + points * 0.06);
}
