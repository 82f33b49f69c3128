// The mouth of our own face, around the middle of the closed lips.

/** @typedef {import("./lips.js").Lips} Lips */

const HALF_WIDTH = 29;
const OPENING = 31;
const UPPER = 8.4;
const LOWER = 11.4;

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Lips} lips
 * @param {number} smile 0 to 1
 * @param {string} colour of the lips
 */
export function drawMouth(pen, lips, smile, colour) {
  const shape = measure(lips, smile);
  const inside = innerPath(shape);
  shadowBelow(pen, shape);
  pen.fillStyle = colour;
  pen.fill(outerPath(shape));
  if (shape.top + shape.bottom > 0.8) {
    pen.save();
    pen.clip(inside);
    drawInside(pen, shape, lips);
    pen.restore();
  }
  drawLips(pen, shape, inside);
}

/**
 * Half the width; the corners' height; how far the inner edges lie above and below the middle; how
 * thick the lips are.
 * @typedef {{half: number, corner: number, top: number, bottom: number, upper: number, lower: number}} Measures
 */

/**
 * @param {Lips} lips
 * @param {number} smile
 * @returns {Measures}
 */
function measure({ open, wide, press, tuck, pout }, smile) {
  const gap = OPENING * open;
  return {
    half: HALF_WIDTH * (1 + 0.26 * wide + 0.13 * smile * (1 - pout) - 0.05 * open),
    corner: -4.6 * smile * (1 - 0.8 * pout) + 0.12 * gap - 0.8 * wide,
    top: 0.26 * gap + 1.6 * tuck,
    bottom: Math.max(0, 0.74 * gap - 3.4 * tuck),
    upper: UPPER * (1 - 0.42 * press + 0.12 * pout - 0.1 * open),
    lower: LOWER * (1 - 0.38 * press - 0.5 * tuck + 0.16 * pout - 0.12 * open),
  };
}

/** @param {Measures} shape */
function outerPath({ half, corner, top, bottom, upper, lower }) {
  const path = new Path2D();
  const peak = -top - upper;
  const dip = -top - upper * 0.72;
  const low = bottom + lower;
  path.moveTo(-half, corner);
  path.bezierCurveTo(-half * 0.72, corner - upper * 0.4, -half * 0.46, peak, -half * 0.24, peak);
  path.bezierCurveTo(-half * 0.12, peak, -half * 0.08, dip, 0, dip);
  path.bezierCurveTo(half * 0.08, dip, half * 0.12, peak, half * 0.24, peak);
  path.bezierCurveTo(half * 0.46, peak, half * 0.72, corner - upper * 0.4, half, corner);
  path.bezierCurveTo(half * 0.8, corner + low * 0.62, half * 0.46, low, 0, low);
  path.bezierCurveTo(-half * 0.46, low, -half * 0.8, corner + low * 0.62, -half, corner);
  return path;
}

/** @param {Measures} shape */
function innerPath({ half, corner, top, bottom }) {
  const path = new Path2D();
  const edge = half * 0.93;
  path.moveTo(-edge, corner);
  path.bezierCurveTo(-edge * 0.6, corner * 0.4 - top, -edge * 0.3, -top - 0.4, 0, -top + 0.6);
  path.bezierCurveTo(edge * 0.3, -top - 0.4, edge * 0.6, corner * 0.4 - top, edge, corner);
  path.bezierCurveTo(edge * 0.7, corner * 0.5 + bottom * 0.9, edge * 0.4, bottom + 0.6, 0, bottom + 0.6);
  path.bezierCurveTo(-edge * 0.4, bottom + 0.6, -edge * 0.7, corner * 0.5 + bottom * 0.9, -edge, corner);
  return path;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Measures} shape
 */
function shadowBelow(pen, { half, bottom, lower }) {
  pen.fillStyle = "#b26f5440";
  pen.beginPath();
  pen.ellipse(0, bottom + lower + 4, half * 0.5, 3.4, 0, 0, 2 * Math.PI);
  pen.fill();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Measures} shape
 * @param {Lips} lips
 */
function drawInside(pen, { half, top, bottom }, { teeth, tongue, open }) {
  const cave = pen.createLinearGradient(0, -top, 0, bottom + 2);
  cave.addColorStop(0, "#3c1217");
  cave.addColorStop(1, "#6d262b");
  pen.fillStyle = cave;
  pen.fillRect(-half, -top - 4, 2 * half, top + bottom + 10);
  const gap = top + bottom;
  // The tongue lies on the floor, or comes up to the teeth.
  pen.fillStyle = "#d4706c";
  pen.beginPath();
  const rise = bottom + 4 - gap * (0.2 + 0.62 * tongue);
  pen.ellipse(0, rise + 7, half * (0.58 - 0.1 * tongue), 8 + 3 * open, 0, 0, 2 * Math.PI);
  pen.fill();
  // The upper teeth stand still, the lower lip uncovers them.
  const shown = Math.min(gap * 0.62 + 1.5, 3 + 7.5 * teeth);
  pen.fillStyle = "#fffaf2";
  pen.beginPath();
  pen.roundRect(-half * 0.72, -top - 6, half * 1.44, 6 + shown, [0, 0, 6, 6]);
  pen.fill();
  pen.fillStyle = "#5b1f2430";
  pen.fillRect(-half, -top - 4, 2 * half, 5.4);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Measures} shape
 * @param {Path2D} inside
 */
function drawLips(pen, { half, corner, top, bottom, upper, lower }, inside) {
  pen.strokeStyle = "#8d3a3cc0";
  pen.lineWidth = 1.7;
  pen.lineJoin = "round";
  pen.stroke(inside);
  pen.fillStyle = "#ffffff3d";
  pen.beginPath();
  pen.ellipse(-half * 0.12, bottom + lower * 0.42, half * 0.27, lower * 0.16, 0, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = "#7d2f3324";
  pen.beginPath();
  pen.ellipse(0, -top - upper * 0.3, half * 0.62, upper * 0.24, 0, 0, 2 * Math.PI);
  pen.fill();
  pen.strokeStyle = "#9b4a4280";
  pen.lineWidth = 1.8;
  pen.lineCap = "round";
  for (const side of [-1, 1]) {
    pen.beginPath();
    pen.moveTo(side * (half - 1), corner + 0.4);
    pen.lineTo(side * (half + 1.4), corner - 1.2);
    pen.stroke();
  }
}
